"""The only unit crossings: files speak yuan, m² and minutes; inside, money is fen, area dm², walking seconds.

Integers inside keep every sum exact. Floats appear only in the numbers handed to a solver (万元 and m²).
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

DM2_PER_M2 = 100
FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
SECONDS_PER_MINUTE = 60


def m2_to_dm2(area_m2: Decimal) -> int:
    """Convert m² to whole dm².

    Raises
    ------
    ValueError
        If the area has more than two decimals, so that it is not a whole number of dm².
    """
    return _exact(area_m2 * DM2_PER_M2)


def yuan_to_fen(amount_yuan: Decimal) -> int:
    """Convert yuan to whole fen; more than two decimals raise ValueError."""
    return _exact(amount_yuan * FEN_PER_YUAN)


def minutes_to_seconds(minutes: Decimal) -> int:
    """Convert minutes to whole seconds, raising ValueError when the result is not whole."""
    return _exact(minutes * SECONDS_PER_MINUTE)


def _exact(number: Decimal) -> int:
    whole = int(number)
    if whole != number:
        raise ValueError(f"{number} is not a whole number of the smallest unit")
    return whole


def half_up(number: Decimal) -> int:
    """Round half away from zero to a whole number: the rounding of every cash line (to the fen)."""
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def ceil_div(numerator: int, denominator: int) -> int:
    """Divide whole numbers, rounding up: used where the law says a part counts as a whole."""
    return -(-numerator // denominator)


def ceil_decimal(number: Decimal) -> int:
    """Round up to a whole number: required areas that are not whole dm² round in favour of residents."""
    return int(number.to_integral_value(rounding=ROUND_CEILING))


def dm2_to_m2(area_dm2: int) -> Decimal:
    """Convert dm² to m² exactly (two decimals)."""
    return Decimal(area_dm2) / DM2_PER_M2


def fen_to_yuan(amount_fen: int) -> Decimal:
    """Convert fen to yuan exactly (two decimals)."""
    return Decimal(amount_fen) / FEN_PER_YUAN


def fen_to_wan(amount_fen: int) -> float:
    """Convert fen to 万元 (10,000 yuan) as the float the solver and Chinese tables use."""
    return amount_fen / FEN_PER_WAN


def dm2_to_solver_m2(area_dm2: int) -> float:
    """Convert dm² to m² as the float the solver uses."""
    return area_dm2 / DM2_PER_M2
