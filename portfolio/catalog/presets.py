"""Metrics that most pilots need, ready to be added.

They come from the points A07, A36, D12, D13, D19, E06 and E26 of the source map.

A new one is an entry here. `code` is stored on the metric and never changes.
"""

from dataclasses import dataclass
from decimal import Decimal

UP, DOWN = "up", "down"
SYSTEM, USE, QUALITY, LLM = "The system", "Use", "Quality", "Language models"
GROUPS = (USE, QUALITY, SYSTEM, LLM)
CURRENCY = "currency"  # As a unit: the company's.

CURATED, RAW = "accuracy_curated", "accuracy_raw"
ADOPTION, LATENCY, ROLLBACK = "adoption", "latency_p95", "time_to_roll_back"


@dataclass(frozen=True, slots=True)
class Preset:
    """A metric to begin with. With `counts` a reading is two counts, and the share is computed."""

    code: str
    group: str
    name: str
    why: str
    unit: str
    direction: str
    technical: bool
    target: Decimal | None = None
    target_label: str = "Target"
    cadence_days: int = 30
    counts: tuple[str, str] | None = None
    day_label: str = "On"
    adds: str = ""

    @property
    def unit_is_fixed(self) -> bool:
        """Rules and pairs compare these, so their unit cannot be another one."""
        return self.counts is not None or self.code in (CURATED, RAW, LATENCY, ROLLBACK)


_ALL = (
    Preset(
        ADOPTION, USE, "Adoption", "How many of those it is meant for use it.",
        "%", UP, False, counts=("Active users", "Intended users"),
    ),
    Preset(
        RAW, QUALITY, "Accuracy on raw data",
        "How often it is right on raw records, beside curated ones: two metrics, one gap.",
        "%", UP, True, adds=CURATED,
    ),
    Preset(
        CURATED, QUALITY, "Accuracy on curated data",
        "How often it is right on the data it was shown with.", "%", UP, True,
    ),
    Preset(
        "output_quality", QUALITY, "Output quality",
        "How many of the outputs that people checked were good.",
        "%", UP, True, counts=("Good outputs", "Outputs checked"),
    ),
    Preset(
        "drift", QUALITY, "Drift",
        "How far today's inputs are from those it was built on, by the index you use.",
        "PSI", DOWN, True,
    ),
    Preset(
        LATENCY, SYSTEM, "Latency, 95th percentile",
        "Nineteen answers of twenty come within this time; the target is your budget.",
        "ms", DOWN, True, target_label="Latency budget",
    ),
    Preset(
        "failure_rate", SYSTEM, "Failure rate", "How many requests get no proper answer.",
        "%", DOWN, True, counts=("Failed requests", "Requests"),
    ),
    Preset(
        "cost_per_request", SYSTEM, "Cost per request",
        "What one request costs, all told.", CURRENCY, DOWN, True,
    ),
    Preset(
        ROLLBACK, SYSTEM, "Time to roll back",
        "How long it takes to go back to the version before, measured in a drill.",
        "h", DOWN, True, target=Decimal(2), cadence_days=180, day_label="Day of the drill",
    ),
    Preset(
        "prompt_behaviour", LLM, "Prompts answered as meant",
        "How many of the test prompts get the answer that was meant.",
        "%", UP, True, counts=("Answered as meant", "Test prompts"),
    ),
    Preset(
        "hallucination", LLM, "Hallucination frequency",
        "How many of the answers that people checked say something made up.",
        "%", DOWN, True, counts=("Answers with an invention", "Answers checked"),
    ),
    Preset(
        "response_variance", LLM, "Response variance",
        "How many prompts, asked again, get an answer that means something else.",
        "%", DOWN, True, counts=("Prompts that differed", "Prompts asked again"),
    ),
)  # fmt: skip
PRESETS = {preset.code: preset for preset in _ALL}


def offered(*, uses_llm: bool | None, used: frozenset[str]) -> list[tuple[str, list[Preset]]]:
    """What to offer a pilot, by group: not what it has, and language models only to those that
    use one. The pair is offered as one."""
    shown = [
        preset for preset in _ALL
        if preset.code not in used and preset.code != CURATED and (preset.group != LLM or uses_llm)
    ]  # fmt: skip
    found = [(group, [preset for preset in shown if preset.group == group]) for group in GROUPS]
    return [(group, presets) for group, presets in found if presets]
