"""How a pilot of the demo is built, promised and planned, as far as anybody wrote it down."""

from datetime import timedelta
from random import Random
from typing import Any

from config.demo.chapters import Draft
from config.demo.plots import IDEA, POC, PRODUCTION
from portfolio.models.pilot import NotProven


def record(draft: Draft) -> dict[str, Any]:
    """Drawn apart from the rest of the story, so that more facts leave the rest as it was."""
    random = Random(f"{draft.unit} {draft.kind} {draft.registered}")  # noqa: S311
    stage = draft.spans[-1].stage
    values: dict[str, Any] = {"uses_llm": random.choice([True, False, None])}
    if stage == IDEA:
        return values
    live = stage == PRODUCTION
    until = draft.registered - timedelta(days=random.randint(5, 60))
    values |= {
        "mode": random.choice(["interactive", "background"]),
        "artefact": "service" if live else random.choice(["notebook", "script", "service", ""]),
        "dataset": random.choice(["refreshed", "streaming"]) if live else "static",
        "training_data_from": until - timedelta(days=183),
        "training_data_until": until,
        "access_holders": random.choice([None, 2, 3, 5]) if live else random.choice([1, 2, 3]),
        "departments": random.choice([1, 2, 4]),
        "intended_users": random.choice([25, 80, 300]),
        "model_share": random.choice([None, 15, 30, 60]),
        "build_days": random.randint(10, 40),
        "integrate_days": random.choice([None, 15, 60, 120]),
    }
    if stage == POC:
        open_points = random.sample(NotProven.values, k=random.randint(1, 3))
        values["not_proven"] = [code for code in NotProven.values if code in open_points]
    if live:
        values |= {
            "support_hours": random.choice(["Mo-Fr 8-18", "around the clock"]),
            "on_call": "AI operations",
            "sla_availability": random.choice([99, None]),
            "sla_latency_ms": random.choice([800, 2_000]),
            "retrain_days": random.choice([30, 90, None]),
        }
    return values
