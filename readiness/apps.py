from functools import partial

from django.apps import AppConfig

from common.registry import (
    Answering,
    FlagStep,
    PilotColumn,
    PilotNarrowing,
    PilotPanel,
    answerings,
    asks,
    discover,
    event_values,
    event_words,
    extension_effects,
    extension_guards,
    flag_steps,
    import_notes,
    lessons,
    pilot_columns,
    pilot_effects,
    pilot_narrowings,
    pilot_panels,
    registration_questions,
    stage_advisings,
    stage_guards,
)

STEPS = {
    "NO_ROLLBACK": FlagStep(
        "Go back to the last version once", "Nobody has shown that it can be taken back.",
        "pilot-readiness", "Open readiness",
    ),
    "NO_LOGS": FlagStep(
        "Show its logs", "What it did can only be guessed.", "pilot-readiness", "Open readiness"
    ),
    "FLYING_BLIND": FlagStep(
        "Complete the evaluation", "People rely on it, and a part of the evaluation is missing.",
        "pilot-readiness", "Open readiness",
    ),
    "CLAIMED_LIVE": FlagStep(
        "Close the open must-haves", "It is in production, and not all of the ten have evidence.",
        "pilot-readiness", "Open readiness",
    ),
    "OUT_OF_ORDER": FlagStep(
        "Settle the data first", "The model was settled before the data it needs.",
        "pilot-readiness", "Open readiness",
    ),
}  # fmt: skip
"""What to do next about the flags of this app; the first of the most pressing is shown."""

# What happens to a board, and to pilots on its agenda.
BOARD_WORDS = {
    "prepared": "prepared a board", "changed": "changed a board",
    "called_off": "called off a board",
    "started": "began a board", "closed": "closed a board", "mailed": "mailed the minutes",
    "planned": "put it on the agenda of a board", "removed": "took it off the agenda of a board",
    "settled": "said what the board came to", "not_reached": "closed a board that did not reach it",
}  # fmt: skip


class ReadinessConfig(AppConfig):
    name = "readiness"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the portfolio's lists and pages what readiness adds to them."""
        from readiness.queries import shares  # Models can be imported only once apps are ready.

        discover("readiness.flag_rules")
        discover("readiness.charts")
        for code, step in STEPS.items():
            flag_steps.register(code, step)
        self._boards()
        self._decisions()
        self._aftercare()
        pilot_columns.register(
            "readiness",
            PilotColumn(name="readiness", label="Readiness", load=shares.column, word="ready"),
        )
        from readiness.actions import assessments

        self._merge_rules()
        from readiness.queries import ending, self_check

        asks.register("readiness.ending", ending.asked)
        asks.register("readiness.self_check", self_check.asked)
        self._waivers()
        pilot_effects.register("readiness.facts", assessments.when_pilots_change)
        pilot_narrowings.register(
            "readiness",
            PilotNarrowing(
                name="readiness", label="Readiness", choices=shares.NARROWINGS,
                narrow=shares.narrow,
            ),
        )  # fmt: skip
        self._words()
        pilot_panels.register(
            "readiness",
            PilotPanel(
                code="readiness", title="Readiness", url_name="pilot-readiness-panel", order=30
            ),
        )

    def _waivers(self) -> None:
        """Waivers that the people of a pilot ask for, and approvers grant."""
        from readiness.actions import waiver_ends
        from readiness.queries import waivers

        asks.register("readiness.waivers", waivers.asked)
        pilot_effects.register("readiness.waivers", waiver_ends.when_pilots_change)
        for verb, words in {
            "asked": "asked for a waiver", "granted": "granted a waiver",
            "declined": "declined a waiver", "withdrawn": "took back a waiver that was asked for",
            "ended": "ended a waiver that was asked for",
        }.items():  # fmt: skip
            event_words.register(f"waiver.{verb}", words)

    def _merge_rules(self) -> None:
        """What becomes of a pilot's readiness when it is merged into another one."""
        from portfolio.merge_rules import MergeRule, merge_rules
        from readiness.actions import assessments

        merge_rules.register(
            "readiness.answer",
            MergeRule("readiness answer", once_per=("key",), after=assessments.after_merge),
        )
        merge_rules.register("readiness.waiverrequest", MergeRule("asked waiver", stays=True))
        merge_rules.register("readiness.assessment", MergeRule(stays=True))  # Counted anew.
        merge_rules.register("readiness.scoreday", MergeRule(stays=True))
        # Filed for the pilot that was judged; nobody may rewrite them.
        merge_rules.register("readiness.evidencefile", MergeRule("evidence file", stays=True))
        merge_rules.register("readiness.decision", MergeRule("decision", stays=True))
        merge_rules.register("readiness.proposal", MergeRule("proposed decision", stays=True))
        merge_rules.register(
            "readiness.condition", MergeRule("condition of a decision", "conditions of decisions")
        )
        merge_rules.register("readiness.agendaitem", MergeRule("place on an agenda", stays=True))
        merge_rules.register(
            "readiness.launchcheck", MergeRule("check after launch", once_per=("days",))
        )
        merge_rules.register(
            "readiness.attestation",
            MergeRule(
                "attestation of value", "attestations of value", once_per=("month",),
                among=(("superseded_at", None),),
            ),
        )  # fmt: skip
        merge_rules.register("readiness.selfcheck", MergeRule("self-check", stays=True))

    def _boards(self) -> None:
        """What boards say in a timeline."""
        for verb, words in BOARD_WORDS.items():
            event_words.register(f"board.{verb}", words)

    def _words(self) -> None:
        """What its events say in a timeline."""
        from portfolio.queries import labels
        from readiness import words
        from readiness.queries.checklist_history import HEADLINES

        for verb, headline in HEADLINES.items():
            event_words.register(verb, headline)
        event_values.register("readiness.answered.item", words.question)
        event_values.register("readiness.answered.state", words.state)
        event_values.register("readiness.answered.file", words.file)
        for name in ("note", "evidence_link", "figures", "counts_until", "valid_until"):
            event_values.register(f"readiness.answered.{name}", partial(labels.words, name))
        event_words.register("readiness.answered", "answered a readiness question")
        self._gates()
        event_words.register("readiness.self_check_begun", "began a self-check")
        event_words.register("readiness.self_check_discarded", "discarded a self-check")
        event_words.register("readiness.self_check_finished", "finished a self-check")
        event_words.register("readiness.expired", "found answers that no longer count")

    def _decisions(self) -> None:
        """What follows from decisions: conditions that wait for people."""
        from readiness.actions import conditions, extension_decisions
        from readiness.queries.conditions import asked, holdings
        from readiness.queries.lessons import of_pilots

        extension_effects.register("decisions", extension_decisions.record)
        lessons.register("decisions", of_pilots)
        asks.register("conditions", asked)
        answerings.register("conditions", Answering(holdings, conditions.release))
        flag_steps.register(
            "CONDITION_OVERDUE",
            FlagStep(
                "Meet the conditions", "The decision depends on them, and their day has passed.",
                url_name="pilot-decisions", button="See them",
            ),
        )  # fmt: skip
        pilot_panels.register(
            "decisions",
            PilotPanel(
                code="decisions", title="Decisions", url_name="pilot-decisions", order=20
            ),
        )  # fmt: skip
        for verb, words in {
            "opened": "set a condition",
            "met": "met a condition",
            "dropped": "dropped a condition",
            "changed": "changed a condition",
            "reopened": "opened a condition again",
            "owner_left": "left an open condition behind",
        }.items():
            event_words.register(f"condition.{verb}", words)

    def _aftercare(self) -> None:
        """What is asked of pilots in use: checks after launch, and a word on value every month."""
        from readiness.actions import aftercare as actions
        from readiness.queries import aftercare

        pilot_effects.register("readiness.aftercare", actions.when_pilots_change)
        asks.register("readiness.attestations", aftercare.attestations_asked)
        asks.register("readiness.checks", aftercare.checks_asked)
        for days in (90, 180):
            step = FlagStep(
                f"Check it {days} days after launch", "Is it as good as on the day it went live?",
                f"pilot-check-{days}", "Record the check",
            )  # fmt: skip
            flag_steps.register(f"CHECK_{days}D", step)
        flag_steps.register(
            "SPINNING",
            FlagStep(
                "Find out what it is good for", "Nobody can tell whether it is useful.",
                "pilot-in-use", "See the months",
            ),
        )  # fmt: skip
        event_words.register("readiness.value_attested", "said whether it is useful")
        event_words.register("readiness.launch_checked", "recorded the check after launch")
        pilot_panels.register(
            "in-use",
            PilotPanel(
                code="in-use", title="In use", url_name="pilot-in-use-panel", order=40,
                concerns=aftercare.concerns,
            ),
        )  # fmt: skip
        pilot_narrowings.register(
            "in_use",
            PilotNarrowing(
                name="in_use", label="In use", choices=aftercare.NARROWINGS,
                narrow=aftercare.narrow,
            ),
        )  # fmt: skip

    @staticmethod
    def _gates() -> None:
        """Gates stand before every change of stage; what is overdue is decided on the packet."""
        from readiness.queries import gate_door, undecided, waiting_decisions

        registration_questions.register("readiness.gate", undecided.questions)
        pilot_narrowings.register(
            "decision",
            PilotNarrowing("decision", "Decision", undecided.NARROWINGS, undecided.narrow),
        )

        asks.register("decisions", waiting_decisions.asked)
        extension_guards.register("decisions", waiting_decisions.instead_of_more_time)
        for verb, words in {
            "proposed": "proposed a decision",
            "approved": "approved a decision",
            "declined": "declined a proposed decision",
            "withdrawn": "took a proposed decision back",
        }.items():
            event_words.register(f"decision.{verb}", words)
        event_words.register("gate.set", "set a gate")
        stage_guards.register("readiness.gate", gate_door.objection)
        stage_advisings.register("readiness.gate", gate_door.advice)
        import_notes.register("readiness.gate", gate_door.import_note)
        for code in ("DECISION_OVERDUE", "STALE_POC"):
            flag_steps.register(
                code,
                FlagStep("Decide", "", url_name="pilot-packet", button="Decide", needs="manage"),
            )
