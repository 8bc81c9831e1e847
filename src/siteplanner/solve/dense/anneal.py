"""Simulated annealing over the options of sites.

A move gives one site another option (or none), or two near sites at once. Credits follow (`siteplanner.solve.dense.flow`): what a
smaller site can no longer credit is credited anew, and spare area goes to estates that are short. What is still short is charged, so
that the search may pass through plans that do not serve everybody; the charge grows as the heat falls. Source: Kirkpatrick, Gelatt,
Vecchi, Optimization by Simulated Annealing, Science 220 (1983).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.flow import LOGGED, SHORT, STAMP, Net, State, fill, give, serve, serve_everybody, shift, start
from siteplanner.solve.dense.jit import inlined, jitted
from siteplanner.solve.dense.web import Indices

_TWICE = 0.7
"""Share of the moves that change two sites."""
_STEADY = 256
"""Moves between changes of heat."""
_BETTER = 1e-9
_NEARER = 4
"""Estates that are short are sought through that many times fewer sites: what a move can help is near."""
_LAST_PART, _LAST_PUSH, _LAST_CHARGE = 0.9, 10.0, 4.0
"""In the last part of a run what is short weighs so much more that hardly a run ends with an estate short."""


class Course(NamedTuple):
    """How a run goes.

    Attributes
    ----------
    moves : int
    heat, cool : float
        Heat at the start and at the end, 万元.
    push : float
        The factor that charges of what is short grow to.
    charge : float
        What each estate that is short at all is charged besides in the end, 万元.
    dear : float
        A move whose reduced costs together are d is tried with probability exp(−d / dear).
    limit : int
        Estates, or sites, that a path is sought through.
    """

    moves: int
    heat: float
    cool: float
    push: float
    charge: float
    dear: float
    limit: int
    seed: int


@inlined
def _other(net: Net, state: State, site: int) -> int:
    """Return an option of a site, or none, other than the present one."""
    first = net.option_first[site]
    count = net.option_first[site + 1] - first
    drawn = np.random.randint(count)
    if state.choice[site] < 0:
        return int(first + drawn)
    return -1 if first + drawn == state.choice[site] else int(first + drawn)


@inlined
def _pick(net: Net, state: State) -> tuple[int, int, int, int]:
    """Return a move: a site and its new option, and a second site (−1: none) and its; of two, one grows and one shrinks."""
    one = net.movable[np.random.randint(len(net.movable))]
    first = _other(net, state, one)
    if net.near_first[one + 1] == net.near_first[one] or np.random.random() > _TWICE:
        return one, first, -1, -1
    two = net.near[np.random.randint(net.near_first[one], net.near_first[one + 1])]
    second = _other(net, state, two)
    grows = (net.area[first] if first >= 0 else 0) > state.room[one]
    if grows == ((net.area[second] if second >= 0 else 0) > state.room[two]):
        return one, first, -1, -1
    return one, first, two, second


@inlined
def _worth(of: Floats, option: int) -> float:
    return float(of[option]) if option >= 0 else 0.0


@inlined
def _more(net: Net, state: State, of: Floats, move: tuple[int, int, int, int]) -> float:
    """Return what a move adds to the sum of something over the chosen options."""
    one, first, two, second = move
    added = _worth(of, first) - _worth(of, state.choice[one])
    if two >= 0:
        added += _worth(of, second) - _worth(of, state.choice[two])
    return added


@inlined
def _make(net: Net, state: State, move: tuple[int, int, int, int], limit: int) -> None:
    """Make a move: the site that grows comes first, so that what the other one loses finds room."""
    one, first, two, second = move
    state.tally[LOGGED] = 0
    if two >= 0 and (net.area[second] if second >= 0 else 0) > state.room[two]:
        give(net, state, two, second)
        two = -1
    give(net, state, one, first)
    if two >= 0:
        give(net, state, two, second)
    in_vain = 0
    for k in range(state.tally[LOGGED]):
        estate = net.pair_estate[state.log_pair[k]]
        # What no path was found for from one estate, none is found for from others that the search came by.
        if state.got[estate] < net.need[estate] and (in_vain == 0 or state.estate_seen[estate] != in_vain):
            serve(net, state, estate, limit)
            if state.got[estate] < net.need[estate]:
                in_vain = state.tally[STAMP]
    if state.tally[SHORT] > 0:
        fill(net, state, one, limit // _NEARER)
        if move[2] >= 0:
            fill(net, state, move[2], limit // _NEARER)


@inlined
def _unmake(net: Net, state: State, one: int, option_one: int, two: int, option_two: int) -> None:
    """Take a move back."""
    for k in range(state.tally[LOGGED] - 1, -1, -1):
        shift(net, state, state.log_pair[k], -state.log_amount[k])
    state.choice[one] = option_one
    state.room[one] = net.area[option_one] if option_one >= 0 else 0
    if two >= 0:
        state.choice[two] = option_two
        state.room[two] = net.area[option_two] if option_two >= 0 else 0


@jitted
def _try(net: Net, state: State, course: Course, heat: float, push: float, charge: float) -> float:
    """Draw a move and make it if the heat allows; return what it adds to the cost."""
    move = _pick(net, state)
    dearer = _more(net, state, net.dearness, move)
    if dearer > 0 and np.random.random() > np.exp(-dearer / course.dear):
        return 0.0
    allowed = -heat * np.log(1.0 - np.random.random())
    more, owed, short = _more(net, state, net.cost, move), state.owed[0], state.tally[SHORT]
    if more - push * owed - charge * short > allowed:
        return 0.0
    one, two = move[0], move[2]
    option_one, option_two = state.choice[one], state.choice[two] if two >= 0 else -1
    _make(net, state, move, course.limit)
    if more + push * (state.owed[0] - owed) + charge * (state.tally[SHORT] - short) <= allowed:
        return more
    _unmake(net, state, one, option_one, two, option_two)
    state.owed[0] = owed
    return 0.0


@jitted
def _run(net: Net, state: State, course: Course, best: Indices) -> float:
    """Make the moves of a course; return the least cost of a plan that serves everybody (infinite without one), left in `best`."""
    np.random.seed(course.seed)
    serve_everybody(net, state)
    cost, least = 0.0, np.inf
    for site in range(len(state.choice)):
        cost += _worth(net.cost, state.choice[site])
    heat, push, charge = course.heat, 1.0, 0.0
    for move in range(course.moves):
        if move % _STEADY == 0:
            part = move / course.moves
            last = part > _LAST_PART
            heat = course.heat * (course.cool / course.heat) ** part
            push = course.push**part * (_LAST_PUSH if last else 1.0)
            charge = course.charge * part * part * (_LAST_CHARGE if last else 1.0)
        cost += _try(net, state, course, heat, push, charge)
        if state.tally[SHORT] == 0 and cost < least - _BETTER:
            least = cost
            state.owed[0] = 0.0
            best[:] = state.choice
    return least


def anneal(net: Net, course: Course, choice: Indices) -> tuple[float, Indices]:
    """Return the least cost found of a plan that serves everybody, 万元 (infinite without one), and the option of each site (−1: none).

    Parameters
    ----------
    choice : array, shape (sites,)
        The options to set out from; they need not serve everybody.
    """
    best = choice.copy()
    return float(_run(net, start(net, choice), course, best)), best
