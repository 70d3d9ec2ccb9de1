"""Exact numbers as people read them: no scientific notation, no zeros that nobody wrote."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext

PRECISION = 80  # Digits of the arithmetic; values have 28, so a quotient of two is exact enough.


def plain(value: Decimal) -> str:
    """As few digits as the number has, thousands set apart: 12.50000000 is 12.5."""
    text = f"{value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def bare(value: Decimal) -> str:
    """As `plain`, without thousands: for forms, files and events."""
    return plain(value).replace(",", "")


def with_unit(value: Decimal, unit: str) -> str:
    """ "640 ms", "92 %", "6.40 EUR": three capitals are a currency, with two decimals or none."""
    text = plain(value)
    if len(unit) == 3 and unit.isalpha() and unit.isupper():
        text = money(value)
    return f"{text} {unit}" if unit else text


def money(value: Decimal) -> str:
    """An amount: without cents where there are none; of small ones every digit that counts."""
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    exact = plain(value)
    decimals = len(exact.partition(".")[2])
    return exact + "0" * (2 - decimals) if decimals < 2 else exact


def rounded(value: Decimal, places: int = 1) -> Decimal:
    """To so many decimals, half to even."""
    with localcontext(prec=PRECISION):
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def cut(value: Decimal, places: int = 1) -> Decimal:
    """Towards zero, so that 99.97 never reads as 100."""
    with localcontext(prec=PRECISION):
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)
