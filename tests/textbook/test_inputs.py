"""Bad input is refused with every problem located; where there is no answer the reason is named; limits are honoured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import coo_array

from siteplanner.errors import InputError
from siteplanner.solve.solver import Answer
from siteplanner.textbook import (
    NoSiting,
    Siting,
    StoppedWithoutSiting,
    capacitated_p_median,
    center,
    cflp,
    divisible,
    lscp,
    mclp,
    p_center,
    p_dispersion,
    p_median,
    solving,
    within,
    within_distance,
)
from siteplanner.textbook import plant as plants
from siteplanner.textbook.divisible import branch
from siteplanner.textbook.divisible_bound import Left, bound_divisible
from siteplanner.textbook.plant import Plant, cost_of
from siteplanner.textbook.solving import Deadline, Program

COVER = np.array([[1, 1, 0], [0, 1, 1]])
FAR = np.array([[1.0, 5.0, 9.0], [5.0, 1.0, 4.0]])
SQUARE = np.array([[0.0, 3.0], [3.0, 0.0]])


def problems(call: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the code and place of every problem of a call, each of which must read well in both languages."""
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.text("zh") and caught.value.text("en")
    return [(problem.code.removeprefix("textbook."), str(problem.where)) for problem in caught.value.problems]


def test_all_problems_are_named_at_once() -> None:
    """A NaN, a negative demand and too many sites are found in one go, each by argument."""
    found = problems(lambda: p_median(np.array([[1.0, np.nan]]), 5, demand=[-1.0], time_limit=0))
    assert found == [
        ("below", "p_median() (demand)"),
        ("nan", "p_median() (distances)"),
        ("too_many", "p_median() (p)"),
        ("not_positive", "p_median() (time_limit)"),
    ]


@pytest.mark.parametrize(
    ("call", "code", "argument"),
    [
        (lambda: mclp(COVER, [1.0], 1), "shape", "demand"),
        (lambda: mclp(COVER, [1.0, np.inf], 1), "infinite", "demand"),
        (lambda: mclp(COVER * 2, [1.0, 1.0], 1), "not_binary", "cover"),
        (lambda: mclp(COVER, [1.0, 1.0], 0), "below", "p"),
        (lambda: mclp(COVER, [1.0, 1.0], 1.5), "not_whole", "p"),
        (lambda: mclp(COVER, [1.0, 1.0], 1, predefined=[0, 1]), "fewer_than_predefined", "p"),
        (lambda: lscp(COVER, predefined=[1], forbidden=[1]), "both", "predefined"),
        (lambda: lscp(COVER, forbidden=[3]), "no_such_site", "forbidden"),
        (lambda: lscp(COVER, forbidden=[0.5]), "not_indices", "forbidden"),
        (lambda: lscp(COVER, times=[1.5, 1]), "not_whole", "times"),
        (lambda: lscp(np.zeros((0, 3))), "shape", "cover"),
        (lambda: lscp([["a"]]), "not_numbers", "cover"),
        (lambda: p_center(-FAR, 1), "below", "distances"),
        (lambda: p_dispersion(FAR, 2), "not_square", "distances"),
        (lambda: p_dispersion(np.array([[0.0, 1.0], [2.0, 0.0]]), 2), "not_symmetric", "distances"),
        (lambda: p_dispersion(SQUARE, 1), "below", "p"),
        (lambda: cflp(FAR, [1.0, 1.0], [1.0, 1.0], [0.0, 0.0, 0.0]), "shape", "capacity"),
        (lambda: capacitated_p_median(FAR, 1, [1.0, 1.0], [np.nan, 1.0, 1.0]), "nan", "capacity"),
        (lambda: within([[0.0]], [[0.0, 0.0]], 1.0), "shape", "customers"),
        (lambda: within([[0.0, 0.0]], [[0.0, 0.0]], -1.0), "below", "radius"),
        (lambda: within_distance([[np.nan]], 1.0), "nan", "distances"),
    ],
)
def test_each_problem_is_located(call: Callable[[], object], code: str, argument: str) -> None:
    """Each kind of bad input is named with the function and the argument."""
    assert [(name, place.split("(")[-1].rstrip(")")) for name, place in problems(call)] == [(code, argument)]


@pytest.mark.parametrize(
    ("call", "reason", "named"),
    [
        (lambda: lscp(COVER, times=[1, 3]), "uncovered", "1"),
        (lambda: lscp(COVER, forbidden=[0, 1]), "uncovered", "0"),
        (lambda: p_median(np.array([[1.0, np.inf], [np.inf, np.inf]]), 1), "unreachable", "1"),
        (lambda: p_median(np.array([[1.0, np.inf], [np.inf, 1.0]]), 1), "too_few", "1"),
        (lambda: p_center(np.array([[1.0, np.inf], [np.inf, 1.0]]), 1), "too_few", "1"),
        (lambda: p_center(np.array([[1.0], [np.inf]]), 1), "unreachable", "1"),
        (lambda: cflp(FAR, [5.0, 5.0], [3.0, 3.0, 3.0], [0.0] * 3), "capacity", "9"),
        (lambda: capacitated_p_median(FAR, 2, [5.0, 5.0], [4.0, 4.0, 4.0]), "capacity", "8"),
        (lambda: capacitated_p_median(FAR, 2, [4.0, 5.0], [4.5, 4.5, 4.5]), "no_split", ""),
    ],
)
def test_no_answer_says_why(call: Callable[[], Siting], reason: str, named: str) -> None:
    """Where no choice obeys the rules, the reason and who or what is short are named in both languages."""
    with pytest.raises(NoSiting) as caught:
        call()
    assert caught.value.reason == reason
    assert caught.value.exit_code == 3
    assert all(named in caught.value.text(lang) for lang in ("zh", "en"))


def test_a_distance_exactly_at_the_limit_is_covered() -> None:
    """At the radius a customer is covered, just beyond it is not; coordinates and distances agree, few sites or many."""
    customers = np.array([[0.0, 3.0], [0.0, 3.0000001]])
    many = np.vstack([[0.0, 0.0], np.full((500, 2), 99.0)])
    assert within(customers, many[:1], 3.0).toarray().tolist() == [[1.0], [0.0]]
    assert within(customers, many, 3.0).toarray()[:, 0].tolist() == [1.0, 0.0]
    assert within_distance([[3.0], [3.0000001]], 3.0).toarray().tolist() == [[1.0], [0.0]]


def test_sparse_and_dense_input_mean_the_same() -> None:
    """A pair that a sparse array does not store may not be, a stored zero may."""
    dense = np.array([[0.0, np.inf], [2.0, 7.0]])
    sparse = coo_array(([0.0, 2.0, 7.0], ([0, 1, 1], [0, 0, 1])), shape=(2, 2))
    assert p_median(sparse, 1).value == p_median(dense, 1).value == 2.0
    assert within_distance(sparse, 2.0).toarray().tolist() == within_distance(dense, 2.0).toarray().tolist() == [[1, 0], [1, 0]]


def test_a_time_limit_is_kept_and_never_called_optimal() -> None:
    """A cover whose proof takes long is handed back with its bound, as feasible, when the time is up."""
    draw = np.random.default_rng(0)
    places = draw.uniform(0, 1, (900, 2))
    found = lscp(within(places, places, 0.07), time_limit=0.2)
    assert found.status == "feasible" and not found.proven
    assert found.bound < found.value and found.gap > 0
    assert (found.assignment >= 0).all()


def test_a_center_undecided_in_time_still_has_p_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no covering is decided in time, p sites are handed back, the predefined one among them; or none if they reach not everybody."""
    monkeypatch.setattr(center, "_cover", lambda apart, *_: (np.ones(apart.shape[1], dtype=bool), 0.0))
    apart = np.array([[1.0, 4.0, 9.0, 3.0], [5.0, 1.0, 4.0, 2.0]])
    found = p_center(apart, 2, predefined=[3])
    assert (found.chosen.tolist(), found.value, found.proven) == ([0, 3], 2.0, False)
    with pytest.raises(StoppedWithoutSiting):
        p_center(np.array([[np.inf, 1.0], [1.0, np.inf]]), 1)


@pytest.mark.parametrize("whole", [True, False])
def test_every_question_of_a_run_with_a_limit_has_one(whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a minute for everything no solver is asked without a limit; where the last question is not answered, the answer known stays."""
    draw = np.random.default_rng(3)
    apart = np.round(np.hypot(*(draw.uniform(0, 20, (14, 1, 2)) - draw.uniform(0, 20, (1, 7, 2))).transpose(2, 0, 1)), 2)
    demand, capacity, opening = draw.integers(3, 9, 14).astype(float), draw.integers(25, 45, 7).astype(float), draw.integers(5, 20, 7) * 1.0
    plant = Plant(apart, demand, capacity, opening, np.zeros(7, dtype=bool), np.zeros(7, dtype=bool), whole, 3 if whole else None)
    model = "capacitated_p_median" if whole else "cflp"
    free = divisible.least_cost(model, plant, Deadline(None))
    asked, silent = list[Deadline](), False

    def ask(program: Program, deadline: Deadline, **how: object) -> Answer:
        asked.append(deadline)
        return Answer("limit", None, np.inf, -np.inf) if silent else solving.ask(program, deadline, **how)  # type: ignore[arg-type]

    def last(*known: object) -> object:
        nonlocal silent
        silent = True
        return plants.serve(*known)  # type: ignore[arg-type]

    monkeypatch.setattr(plants, "ask", ask)
    monkeypatch.setattr(divisible, "ask", ask)
    monkeypatch.setattr(divisible, "serve", last)
    found = divisible.least_cost(model, plant, Deadline(60.0))
    assert asked and all(deadline.left() is not None for deadline in asked)
    assert (found.value, found.proven) == (pytest.approx(free.value), True)
    assert found.chosen.tolist() == free.chosen.tolist()


def test_a_search_that_finds_nothing_as_good_leaves_the_choice_that_is_known() -> None:
    """Two sites that cost 19 in all: beside a known choice of 18 the search hands back none, and its bound."""
    price, yes = np.array([[4.0, 9.0], [8.0, 2.0], [7.0, 6.0]]), np.ones(2, dtype=bool)
    plant = Plant(price, np.array([5.0, 5.0, 4.0]), np.array([8.0, 10.0]), np.array([3.0, 4.0]), ~yes, ~yes)
    dual = replace(bound_divisible(plant, None, Deadline(None)), left=Left(yes, ~yes, 1, 2))
    found, bound, _ = branch(plant, dual, Deadline(None))
    assert found is not None and found[0].tolist() == [0, 1] and bound == pytest.approx(19)
    assert cost_of(plant, *found) == pytest.approx(19)
    assert branch(plant, replace(dual, value=18.0), Deadline(None))[0] is None
