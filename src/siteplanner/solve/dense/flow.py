"""Credits as a flow from open sites to estates, kept at its greatest total by augmenting paths while options change.

Every change is logged and can be taken back. Source: Ahuja, Magnanti, Orlin, Network Flows (1993), chapter 6.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.jit import inlined, jitted
from siteplanner.solve.dense.web import Indices

STAMP, LOGGED, SHORT = 0, 1, 2
LOG_PATHS = 20
"""The log holds that many paths through every estate and site."""


class Net(NamedTuple):
    """Estates, sites, the pairs within reach and the options; areas in dm², money in 万元.

    Attributes
    ----------
    need, price : arrays, shape (estates,)
        Required area, and the charge of a dm² that is short.
    estate_first, pair_site, pair_estate : arrays
        Pairs are numbered estate by estate: those of an estate begin at ``estate_first``.
    site_first, site_pair : arrays
        The pairs of each site.
    option_first, area, cost, dearness : arrays
        The options of each site: area, cost, reduced cost in the linear relaxation.
    movable : array
        Sites that may change.
    near_first, near : arrays
        For each site the movable ones that share an estate with it.
    """

    need: Indices
    price: Floats
    estate_first: Indices
    pair_site: Indices
    pair_estate: Indices
    site_first: Indices
    site_pair: Indices
    option_first: Indices
    area: Indices
    cost: Floats
    dearness: Floats
    movable: Indices
    near_first: Indices
    near: Indices


class State(NamedTuple):
    """Option and open area of each site, used area, what estates got, credits; marks of paths, the log, and sums."""

    choice: Indices
    room: Indices
    used: Indices
    got: Indices
    flow: Indices
    estate_seen: Indices
    site_seen: Indices
    estate_from: Indices
    site_from: Indices
    queue: Indices
    log_pair: Indices
    log_amount: Indices
    tally: Indices
    owed: Floats


@inlined
def shift(net: Net, state: State, pair: int, amount: int) -> None:
    """Change a credit, and all that is summed up from credits."""
    site, estate = net.pair_site[pair], net.pair_estate[pair]
    state.flow[pair] += amount
    state.used[site] += amount
    before = state.got[estate]
    state.got[estate] = before + amount
    need = net.need[estate]
    if before < need <= before + amount:
        state.tally[SHORT] -= 1
    elif before >= need > before + amount:
        state.tally[SHORT] += 1
    state.owed[0] -= net.price[estate] * amount


@inlined
def _credit(net: Net, state: State, pair: int, amount: int) -> None:
    """Change a credit so that it can be taken back."""
    logged = state.tally[LOGGED]
    state.log_pair[logged] = pair
    state.log_amount[logged] = amount
    state.tally[LOGGED] = logged + 1
    shift(net, state, pair, amount)


@inlined
def _loggable(state: State) -> bool:
    """Return whether another path can be logged, however long."""
    return bool(state.tally[LOGGED] + 2 * len(state.queue) <= len(state.log_pair))


@jitted
def serve(net: Net, state: State, estate: int, limit: int) -> None:
    """Credit an estate what it is short of, from spare area along augmenting paths."""
    while state.got[estate] < net.need[estate] and _loggable(state):
        found = _spare_for(net, state, estate, limit)
        if found < 0:
            return
        amount, site = min(net.need[estate] - state.got[estate], state.room[found] - state.used[found]), found
        while True:
            taken = state.estate_from[net.pair_estate[state.site_from[site]]]
            if taken < 0:
                break
            amount = min(amount, state.flow[taken])
            site = net.pair_site[taken]
        site = found
        while True:
            given = state.site_from[site]
            _credit(net, state, given, amount)
            taken = state.estate_from[net.pair_estate[given]]
            if taken < 0:
                break
            _credit(net, state, taken, -amount)
            site = net.pair_site[taken]


@inlined
def _spare_for(net: Net, state: State, estate: int, limit: int) -> int:
    """Return a site with spare area that a path of credits leads to, −1 where there is none within so many estates."""
    state.tally[STAMP] += 1
    stamp = state.tally[STAMP]
    head, tail = 0, 1
    state.queue[0] = estate
    state.estate_seen[estate] = stamp
    state.estate_from[estate] = -1
    while head < tail and head < limit:
        at = state.queue[head]
        head += 1
        for pair in range(net.estate_first[at], net.estate_first[at + 1]):
            site = net.pair_site[pair]
            if state.room[site] == 0 or state.site_seen[site] == stamp:
                continue
            state.site_seen[site] = stamp
            state.site_from[site] = pair
            if state.used[site] < state.room[site]:
                return int(site)
            for k in range(net.site_first[site], net.site_first[site + 1]):
                other = net.site_pair[k]
                beyond = net.pair_estate[other]
                if state.flow[other] > 0 and state.estate_seen[beyond] != stamp:
                    state.estate_seen[beyond] = stamp
                    state.estate_from[beyond] = other
                    state.queue[tail] = beyond
                    tail += 1
    return -1


@jitted
def fill(net: Net, state: State, site: int, limit: int) -> None:
    """Credit a site's spare area to estates that are short, along augmenting paths."""
    while state.used[site] < state.room[site] and _loggable(state):
        found = _short_for(net, state, site, limit)
        if found < 0:
            return
        amount, estate = min(net.need[found] - state.got[found], state.room[site] - state.used[site]), found
        while True:
            taken = state.site_from[net.pair_site[state.estate_from[estate]]]
            if taken < 0:
                break
            amount = min(amount, state.flow[taken])
            estate = net.pair_estate[taken]
        estate = found
        while True:
            given = state.estate_from[estate]
            _credit(net, state, given, amount)
            taken = state.site_from[net.pair_site[given]]
            if taken < 0:
                break
            _credit(net, state, taken, -amount)
            estate = net.pair_estate[taken]


@inlined
def _short_for(net: Net, state: State, site: int, limit: int) -> int:
    """Return an estate that is short and that a path of credits leads to, −1 where there is none within so many sites."""
    state.tally[STAMP] += 1
    stamp = state.tally[STAMP]
    head, tail = 0, 1
    state.queue[0] = site
    state.site_seen[site] = stamp
    state.site_from[site] = -1
    while head < tail and head < limit:
        at = state.queue[head]
        head += 1
        for k in range(net.site_first[at], net.site_first[at + 1]):
            pair = net.site_pair[k]
            estate = net.pair_estate[pair]
            if state.estate_seen[estate] == stamp:
                continue
            state.estate_seen[estate] = stamp
            state.estate_from[estate] = pair
            if state.got[estate] < net.need[estate]:
                return int(estate)
            for other in range(net.estate_first[estate], net.estate_first[estate + 1]):
                beyond = net.pair_site[other]
                if state.flow[other] > 0 and state.site_seen[beyond] != stamp:
                    state.site_seen[beyond] = stamp
                    state.site_from[beyond] = other
                    state.queue[tail] = beyond
                    tail += 1
    return -1


@inlined
def give(net: Net, state: State, site: int, option: int) -> None:
    """Give a site an option (−1: none); credits beyond its new area are taken back, where they are begun by chance."""
    room = net.area[option] if option >= 0 else 0
    state.choice[site] = option
    state.room[site] = room
    over = state.used[site] - room
    if over <= 0:
        return
    first = net.site_first[site]
    count = net.site_first[site + 1] - first
    start = np.random.randint(count)
    for k in range(count):
        pair = net.site_pair[first + (start + k) % count]
        amount = min(over, state.flow[pair])
        if amount > 0:
            _credit(net, state, pair, -amount)
            over -= amount


def start(net: Net, choice: Indices) -> State:
    """Return the state in which sites have their options and nothing is credited yet."""
    estates, sites, pairs = len(net.need), len(choice), len(net.pair_site)
    log = LOG_PATHS * (estates + sites) + pairs

    def none(size: int) -> Indices:
        return np.zeros(size, dtype=np.int64)

    state = State(
        choice=choice.copy(),
        room=none(sites),
        used=none(sites),
        got=none(estates),
        flow=none(pairs),
        estate_seen=none(estates),
        site_seen=none(sites),
        estate_from=none(estates),
        site_from=none(sites),
        queue=none(estates + sites),
        log_pair=none(log),
        log_amount=none(log),
        tally=none(3),
        owed=np.zeros(1),
    )
    has = choice >= 0
    state.room[has] = net.area[choice[has]]
    state.tally[SHORT] = int((net.need > 0).sum())
    state.owed[0] = float(net.price @ net.need)
    return state


@jitted
def serve_everybody(net: Net, state: State) -> None:
    """Credit estates one after the other: a flow of greatest total."""
    for estate in range(len(net.need)):
        state.tally[LOGGED] = 0
        serve(net, state, estate, len(net.need))
