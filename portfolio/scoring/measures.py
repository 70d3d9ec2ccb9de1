"""How far a metric has come: exact, and unknown where something is missing."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from common.numbers import PRECISION, cut, plain
from portfolio.models import Direction

GRACE = 7  # days after the cadence before a reading is overdue
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Progress:
    """`share` is percent of the way from baseline to target, None when nobody can say; `bar` is
    the same between 0 and 100, for drawing; `words` says it, or why it is not known."""

    share: Decimal | None
    words: str

    @property
    def bar(self) -> int | None:
        return None if self.share is None else int(max(Decimal(0), min(WHOLE, self.share)))


def progress(value: Decimal | None, baseline: Decimal | None, target: Decimal | None) -> Progress:
    """The way from baseline to target. It needs no direction: the target says which way."""
    if value is None:
        return Progress(None, "progress unknown: no reading")
    if target is None:
        return Progress(None, "progress unknown: no target")
    if baseline is None:
        return Progress(None, "progress unknown: no baseline")
    if baseline == target:
        return Progress(None, "progress unknown: baseline and target are the same")
    with localcontext(prec=PRECISION):
        share = (value - baseline) * WHOLE / (target - baseline)
    shown = plain(cut(abs(share)))
    if share < 0:
        return Progress(share, f"{shown} % the wrong way")
    if share > WHOLE:
        return Progress(share, f"{shown} % of the way: past the target")
    return Progress(share, f"{shown} % of the way")


def change(value: Decimal | None, baseline: Decimal | None) -> Decimal | None:
    """Percent by which the value differs from the baseline; None when unknown or of nothing."""
    if value is None or not baseline:
        return None
    with localcontext(prec=PRECISION):
        return (value - baseline) * WHOLE / abs(baseline)


def change_words(value: Decimal | None, baseline: Decimal | None) -> str:
    """ "36 % less than the baseline"; "" when nobody can say (source map A35)."""
    percent = change(value, baseline)
    if percent is None:
        return ""
    if not percent:
        return "the same as the baseline"
    shown = cut(abs(percent))
    amount = f"{plain(shown)} %" if shown else "under 0.1 %"
    return f"{amount} {'more' if percent > 0 else 'less'} than the baseline"


def on_target(value: Decimal | None, target: Decimal | None, direction: str) -> bool | None:
    """Whether the target is held; None when there is no reading or no target."""
    if value is None or target is None:
        return None
    return value <= target if direction == Direction.DOWN else value >= target


def vague(unit: str, target: Decimal | None) -> str:
    """What makes a metric vague: no number or no unit (source map C28); "" when it is exact."""
    lacking = [
        word for word, missing in (("unit", not unit), ("target", target is None)) if missing
    ]
    return f"Vague: no {' and no '.join(lacking)}." if lacking else ""


def overdue(days: int, cadence_days: int) -> bool:
    """Whether a reading is overdue so many days after the last one, or after the metric began."""
    return days > cadence_days + GRACE
