"""Budget lines of the Tonglu scenario: every township's capital line, some net and recurring lines, the county's grants line."""

from __future__ import annotations

from county import County

CAPITAL_2022 = {
    "桐君街道": 11_000_000,
    "城南街道": 6_600_000,
    "凤川街道": 4_800_000,
    "江南镇": 2_400_000,
    "横村镇": 2_600_000,
    "富春江镇": 2_900_000,
    "分水镇": 4_200_000,
}
"""Yuan. The line of 城南街道 binds a little in the base plan, the others do not."""
GRANTS_2022 = 4_200_000


def add_budgets(county: County) -> None:
    """Add the lines."""
    for n, (township, limit) in enumerate(CAPITAL_2022.items(), 1):
        county.add_budget("township", "2022", "gross_capital", limit, code=f"B-CAP-{n}", township=township, carry_over=n == 1)
    county.add_budget("township", "2023", "gross_capital", 1_000_000, code="B-CAP-1-2023", township="桐君街道")
    county.add_budget("township", "2022", "net", 12_000_000, code="B-NET-1", township="桐君街道")
    county.add_budget("township", "2022-2024", "net", 13_000_000, code="B-NET-2", township="城南街道")
    county.add_budget("township", "2023", "recurring", 400_000, code="B-REC-3", township="凤川街道")
    county.add_budget("county", "2022", "grants", GRANTS_2022, code="B-GRANT")
