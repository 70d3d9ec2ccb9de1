"""Shares of a sample, and how far they can be trusted."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from common.numbers import PRECISION, plain, rounded

# The 97.5th percentile of the standard normal distribution: 95 % lie between -Z and +Z.
Z = Decimal("1.959963984540054")


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a share, in percent."""

    low: Decimal
    high: Decimal

    @property
    def words(self) -> str:
        low, high = plain(rounded(self.low)), plain(rounded(self.high))
        return f"{low} to {high} %"


def percent(part: int, whole: int) -> Decimal:
    """part of whole in percent, to the eight decimals that are kept. ValueError of nothing."""
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole} is no share.")
    with localcontext(prec=PRECISION):
        return rounded(Decimal(100 * part) / whole, 8)


def wilson(part: int, whole: int, z: Decimal = Z) -> Interval:
    """The score interval of a share, in percent (95 % with the usual z).

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), 209-212. With p = part / whole:
    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole} is no share.")
    with localcontext(prec=PRECISION):
        n, share = Decimal(whole), Decimal(part) / whole
        middle = share + z * z / (2 * n)
        spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).sqrt()
        scale = 100 / (1 + z * z / n)
        low = Decimal(0) if part == 0 else max(Decimal(0), (middle - spread) * scale)
        high = Decimal(100) if part == whole else min(Decimal(100), (middle + spread) * scale)
    return Interval(low, high)
