"""Stated figures with which every pack resolves: what must be stated, and everything that may be."""

from __future__ import annotations

from siteplanner.policy.load import raw_pack, resolve
from siteplanner.policy.schema import PolicyPack

POLICIES = ("liaoyuan-2021", "tonglu-2021", "weihai-2019", "wenzhou-2023", "yangcheng-2022")

REQUIRED: dict[str, dict[str, str]] = {
    "tonglu-2021": {"cohort_date": "2018-02-01"},
    "yangcheng-2022": {"permit_cost_yuan": "20000", "permit_days": "60"},
    "liaoyuan-2021": {"population": "西安区=150000; 龙山区=160000; 东丰县=300000", "reach_minutes": "15"},
    "wenzhou-2023": {},
    "weihai-2019": {},
}

OPTIONAL: dict[str, dict[str, str]] = {
    "tonglu-2021": {},
    "yangcheng-2022": {
        "old_estates_before": "2024-07-01",
        "demonstration_institutions": "2",
        "construction_subsidy_yuan": "100000",
        "loan_interest_subsidy_yuan": "5000",
    },
    "liaoyuan-2021": {"old_m2_per_100": "15", "old_estates_before": "2023-01-01"},
    "wenzhou-2023": {
        "construction_subsidy_yuan": "80000",
        "operating_subsidy_by_star": "star_3=20000; star_4=30000; star_5=40000",
        "insurance_subsidy_yuan": "1000",
        "star_centres_target": "90",
        "canteens_target": "110",
    },
    "weihai-2019": {"reach_minutes": "15", "provincial_award_yuan": "30000"},
}


def resolved(policy: str, *, everything: bool = False, **switches: str) -> PolicyPack:
    """Return a pack with its required figures (or every figure it may be given) and some switches turned."""
    inputs = REQUIRED[policy] | (OPTIONAL[policy] if everything else {})
    return resolve(raw_pack(policy), switches, inputs)
