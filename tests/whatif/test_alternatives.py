"""Plans near the cheapest: as different as trying everything finds them, within the cost, and each passing the check."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.case.prepare import prepare
from siteplanner.whatif.alternatives import alternatives, frequencies
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.variation import Found
from support.brute_force import lawful_plans
from support.line import TONGLU, TOY, command
from support.whole_county import whole_county

some = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@some
@given(st.integers(0, 10**6), st.sampled_from((0.0, 0.3, 1.0)))
def test_alternatives_are_those_of_trying_everything(seed: int, within: float) -> None:
    """Each next plan shares as few sites with those before it as any plan within the cost, at the least cost; none is left out."""
    scenario = whole_county(seed, sites=5)
    site = {option.id: option.site for option in scenario.options}
    everything = [(frozenset(site[o] for o in options), cost) for options, cost in lawful_plans(scenario, frozenset({"township"}))]
    near = alternatives(Lab(prepare(scenario)), 4, within)
    found = near.plans
    assert near.complete
    if not everything:
        assert not found
        return
    least = min(cost for _, cost in everything)
    limit = least + int(abs(least) * within)
    assert found[0].fen == least
    for number in range(1, 4):
        before = [one.sites for one in found[:number]]
        left = [(sites, cost) for sites, cost in everything if cost <= limit and not any(known <= sites for known in before)]
        if not left:
            assert len(found) == number
            return
        best = min((sum(len(sites & known) for known in before), cost) for sites, cost in left)
        assert (sum(found[number].shared), found[number].fen) == best


def test_frequencies_count_the_plans_of_each_site() -> None:
    """On the toy county S04 has no substitute and is in every plan."""
    from siteplanner.scenario.load import load_scenario

    found = alternatives(Lab(prepare(load_scenario(TOY))), 3, 0.4).plans
    times = frequencies(found)
    assert times["S04"] == len(found) == 2
    assert {site for site, count in times.items() if count == 1} == {"S01", "S02", "S03"}


def test_a_search_cut_short_does_not_say_that_there_are_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second plan is not found in time, the list is not complete."""
    from siteplanner.scenario.load import load_scenario

    lab = Lab(prepare(load_scenario(TOY)))
    monkeypatch.setattr(lab, "solve", lambda *_, **__: Found("limit", (), None))
    near = alternatives(lab, 3, 0.4)
    assert len(near.plans) == 1 and not near.complete


def test_the_command_writes_plans_that_pass_the_check(tmp_path: Path) -> None:
    """Each plan that is written passes ``check`` as any other plan does."""
    ran = command("alternatives", TOY, "-n", "3", "--within", "40%", "--out", tmp_path, "--json")
    assert ran.code == 0
    assert [row["passes"] for row in ran.data["plans"]] == [True, True]
    for number in (1, 2):
        assert command("check", TOY, tmp_path / str(number) / "plan.json", "--json").data["passes"]


def test_sources_that_are_not_wanted_are_proven_to_be_needed() -> None:
    """Liaoyuan takes leases last and wants a proof of each: every plan near the cheapest comes with them and passes the check."""
    ran = command("alternatives", TONGLU.parent / "liaoyuan", "-n", "1", "--time-limit", "600", "--json")
    assert ran.code == 0
    assert [row["passes"] for row in ran.data["plans"]] == [True]


@pytest.mark.parametrize("within", ["-1%", "much", "200%"])
def test_a_share_that_is_none_is_refused(within: str) -> None:
    """A share below 0, above 1 or no number is a located problem."""
    ran = command("alternatives", TOY, "--within", within, "--json")
    assert ran.code == 2
    assert [problem["code"] for problem in ran.data["problems"]] == ["bad_share"]


def test_without_a_plan_there_is_nothing_near_it() -> None:
    """Where no plan obeys the rules the command says why, as ``plan`` does."""
    assert command("alternatives", TOY, "--variant", "budget_one_fen_short", "--json").code == 3
