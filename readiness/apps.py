from django.apps import AppConfig

from common.registry import (
    PilotColumn,
    PilotNarrowing,
    PilotPanel,
    discover,
    event_words,
    pilot_columns,
    pilot_narrowings,
    pilot_panels,
)


class ReadinessConfig(AppConfig):
    name = "readiness"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the portfolio's lists and pages what readiness adds to them."""
        from readiness import queries  # Models can be imported only once apps are ready.

        discover("readiness.flag_rules")
        pilot_columns.register(
            "readiness", PilotColumn(name="readiness", label="Readiness", load=queries.column)
        )
        from portfolio.merge_rules import MergeRule, merge_rules
        from readiness.actions import assessments

        merge_rules.register(
            "readiness.answer",
            MergeRule("readiness answer", once_per=("item",), after=assessments.after_merge),
        )
        merge_rules.register("readiness.assessment", MergeRule(stays=True))  # Counted anew.
        pilot_narrowings.register(
            "readiness",
            PilotNarrowing(
                name="readiness", label="Readiness", choices=queries.NARROWINGS,
                narrow=queries.narrow,
            ),
        )  # fmt: skip
        event_words.register("readiness.answered", "answered a readiness question")
        pilot_panels.register(
            "readiness",
            PilotPanel(
                code="readiness", title="Readiness", url_name="pilot-readiness-panel", order=30
            ),
        )
