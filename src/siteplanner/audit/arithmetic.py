"""The check's own arithmetic: whole numbers and exact fractions only, no floats, nothing shared with pricing."""

from __future__ import annotations

from decimal import Decimal


def ratio(number: Decimal) -> tuple[int, int]:
    """Return a decimal as numerator and positive denominator, exactly."""
    return number.as_integer_ratio()


def up(numerator: int, denominator: int) -> int:
    """Divide and round up; the denominator is positive."""
    return -(-numerator // denominator)


def nearest(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest whole number, a half away from zero; the denominator is positive."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def share_up(share: Decimal, of: int) -> int:
    """Return the least whole number that is at least `share` of a whole number."""
    num, den = ratio(share)
    return up(num * of, den)


def grown(fen: int, growth: Decimal, years: int) -> int:
    """Return fen × (1 + growth)^years, to the nearest fen."""
    num, den = ratio(1 + growth)
    return nearest(fen * num**years, den**years)


def present(fen: int, rate: Decimal, years: int) -> int:
    """Return the value today of fen paid `years` years from now (or ago, when negative), to the nearest fen."""
    num, den = ratio(1 + rate)
    if years < 0:
        return nearest(fen * num**-years, den**-years)
    return nearest(fen * den**years, num**years)


def per_m2(fen_per_m2: int, area_dm2: int) -> int:
    """Return the price of an area in dm² at a price per m², to the nearest fen."""
    return nearest(fen_per_m2 * area_dm2, 100)


def square_metres(area_dm2: int) -> str:
    """Write dm² as m² with two decimals."""
    sign = "-" if area_dm2 < 0 else ""
    return f"{sign}{abs(area_dm2) // 100}.{abs(area_dm2) % 100:02d}"


def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
