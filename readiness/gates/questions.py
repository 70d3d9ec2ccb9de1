"""What the gate of a stage asks, question by question."""

from collections.abc import Iterable, Mapping

from portfolio.models.pilot import Deploy, Integration
from portfolio.models.review import Outcome as ReviewOutcome
from portfolio.models.review import Team
from portfolio.models.stage import Stage
from readiness.gates.facts import (
    AUDIT,
    CONTRACT,
    FULL,
    LOGS,
    MONITORING,
    MOST_TOLD,
    PERSONAL,
    RETRAINING,
    ROLLBACK,
    TEN,
    TWELVE_MONTHS,
    Facts,
    Finding,
    Setting,
)
from readiness.scoring import LIKELY_TO_FAIL


def asked(facts: Facts, *, gate: Setting, stage: Stage) -> Iterable[Finding]:
    yield from _people(facts, stage)
    yield from _value(facts, stage)
    yield from _checklists(facts, gate, stage)
    if stage in (Stage.ROLLOUT, Stage.PRODUCTION):
        yield from _operations(facts, stage)
        yield from _plan(facts, stage)
    yield from _data(facts, stage)
    yield from _reviews(facts, stage)
    yield from _history(facts)


def _people(facts: Facts, stage: Stage) -> Iterable[Finding]:
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    if not facts.owner:
        yield Finding(
            "NO_OWNER", "Nobody inside the company owns it.", late, "pilot", points=("B07", "B31")
        )
    if late and not facts.value_owner:
        yield Finding(
            "NO_VALUE_OWNER", "Nobody answers for its value.", False, "pilot", points=("A25",)
        )
    yield from twelve_months(facts, stage)


def twelve_months(facts: Facts, stage: Stage) -> Iterable[Finding]:
    if stage in (Stage.ROLLOUT, Stage.PRODUCTION) and not facts.twelve_months:
        yield Finding(
            TWELVE_MONTHS,
            "The twelve-month questions are not answered: who owns it, who is accountable, who "
            "collects feedback.",
            True, "pilot-twelve-months", points=("B29", "B30"),
        )  # fmt: skip


def _value(facts: Facts, stage: Stage) -> Iterable[Finding]:
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    if not facts.metric:
        yield Finding("NO_METRIC", "Success is not measured.", late, "pilot", points=("A17",))
    elif not facts.reading:
        yield Finding(
            "NO_READING", "No success metric has a reading.", late, "pilot", points=("D10",)
        )
    if "REALITY_GAP" in facts.flags:
        yield Finding(
            "REALITY_GAP",
            f"The reality gap is open: {facts.flags['REALITY_GAP']}.",
            True, "pilot", points=("E06", "E08"),
        )  # fmt: skip
    if "FLYING_BLIND" in facts.flags:
        yield Finding(
            "FLYING_BLIND", f"Its evaluation is incomplete: {facts.flags['FLYING_BLIND']}.",
            stage == Stage.PRODUCTION, "pilot-readiness", points=("E11",),
        )  # fmt: skip


def _checklists(facts: Facts, gate: Setting, stage: Stage) -> Iterable[Finding]:
    for slug in gate.checklists:
        found = facts.lists.get(slug)
        if found is None or not found.open:
            continue
        many = len(found.open) >= LIKELY_TO_FAIL
        if slug == TEN and many:
            yield Finding(
                "MISSING_3",
                f"{len(found.open)} must-haves of “{found.title}” are open: three or more are "
                "likely to fail.",
                True, "pilot-checklist", slug, ("E33",),
            )  # fmt: skip
        else:
            yield Finding(
                f"LIST:{slug}", f"{found.title}: {_listed(found.open)}",
                slug != TEN or stage == Stage.PRODUCTION, "pilot-checklist", slug,
                ("E32", "E35"),
            )  # fmt: skip
    if facts.ending_soon:
        yield Finding(
            "ENDING_SOON",
            f"Within 30 days {_counted(facts.ending_soon, 'answer')} will count no more.",
            False, "pilot-readiness", points=("E35",),
        )  # fmt: skip


def _operations(facts: Facts, stage: Stage) -> Iterable[Finding]:
    for code, key, what, points in (
        ("NO_LOGS", LOGS, "There are no logs that can be queried", ("A34", "A19")),
        ("NO_ROLLBACK", ROLLBACK, "Going back to the last version was not tried",
         ("A34", "D14", "A18")),
        ("NO_MONITORING", MONITORING, "Nothing watches what it does", ("A34", "D14")),
    ):  # fmt: skip
        if key in facts.unmet:
            yield Finding(code, f"{what}.", True, "pilot-checklist", FULL, points)
    if facts.sla_missing:
        yield Finding(
            "NO_SLA", f"Nothing is promised in numbers for: {', '.join(facts.sla_missing)}.",
            True, "section-edit", "service", ("A23", "A34"),
        )  # fmt: skip
    if RETRAINING in facts.unmet:
        yield Finding(
            "RETRAINING",
            "It is not settled when it is renewed, how, and who checks it.",
            True, "pilot-checklist", FULL, ("A24", "B15", "D14"),
        )  # fmt: skip
    elif not facts.retrain_days:
        yield Finding(
            "RETRAIN_DAYS", "Nobody said after how many days it is renewed.", False,
            "section-edit", "service", ("A23", "A24"),
        )  # fmt: skip
    if facts.integration in ("", Integration.NONE):
        what = "It is connected to nothing" if facts.integration else "Its integration is unknown"
        yield Finding(
            "NOT_INTEGRATED", f"{what}.", stage == Stage.PRODUCTION, "section-edit", "hosting",
            ("A21",),
        )  # fmt: skip
    if facts.deploy in ("", Deploy.MANUAL):
        what = "It is deployed by hand" if facts.deploy else "How it is deployed is unknown"
        yield Finding(
            "MANUAL_DEPLOY", f"{what}.", stage == Stage.PRODUCTION, "section-edit", "service",
            ("C11",),
        )  # fmt: skip
    if stage == Stage.PRODUCTION and not (facts.on_call and facts.support_hours):
        yield Finding(
            "NOT_OPERABLE",
            "Nobody can say it runs every day: on-call and support hours are not both named.",
            True, "section-edit", "service", ("A40", "D04"),
        )  # fmt: skip


def _plan(facts: Facts, stage: Stage) -> Iterable[Finding]:
    if not facts.rollout:
        yield Finding(
            "NO_ROLLOUT", "The rollout has no scope, budget and owner of its own.", True,
            "pilot-rollout-add", points=("B04", "B31"),
        )  # fmt: skip
    elif facts.increments < 2:
        yield Finding(
            "ONE_INCREMENT", "The rollout takes the whole scope in one step.", False, "pilot",
            points=("B28",),
        )  # fmt: skip
    if not facts.data_work_budget:
        yield Finding(
            "NO_DATA_BUDGET", "The work on data has no line in the budget.",
            stage == Stage.ROLLOUT, "section-edit", "money", ("B10", "E09"),
        )  # fmt: skip
    if not facts.run_cost:
        yield Finding(
            "NO_RUN_COST", "What it costs to run is unknown.", False, "section-edit", "money",
            ("D18", "E17"),
        )  # fmt: skip
    elif not facts.cost_approved:
        yield Finding(
            "COST_NOT_APPROVED", "Finance has not agreed to what it costs to run.", False,
            "pilot-costs", points=("D19",),
        )  # fmt: skip
    if facts.model_share_high:
        yield Finding(
            "MODEL_SHARE", "More than half of the effort is the model; what surrounds it is most "
            "of the work.", False, "section-edit", "effort", ("D06",),
        )  # fmt: skip


def _data(facts: Facts, stage: Stage) -> Iterable[Finding]:
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    if facts.data_class in PERSONAL and facts.third_party is not False and CONTRACT in facts.unmet:
        sure = facts.third_party is True
        yield Finding(
            "NO_CONTRACT",
            "Sensitive data goes to a third party, and no contract or controls cover it."
            if sure
            else "It handles sensitive data, and nobody said whether it goes to a third party.",
            sure, "pilot-checklist" if sure else "section-edit", FULL if sure else "identity",
            ("E22",),
        )  # fmt: skip
    if late and not facts.data_class:
        yield Finding(
            "DATA_UNKNOWN", "Nobody said what kind of data it handles.", False, "section-edit",
            "identity", ("E22",),
        )  # fmt: skip
    if late and facts.influences_decisions and AUDIT in facts.unmet:
        yield Finding(
            "NO_AUDIT_TRAIL", "It influences decisions, and they cannot be explained later.",
            True, "pilot-checklist", FULL, ("E24", "D22"),
        )  # fmt: skip


def _reviews(facts: Facts, stage: Stage) -> Iterable[Finding]:
    late = stage in (Stage.ROLLOUT, Stage.PRODUCTION)
    labels = {team.value: str(team.label) for team in Team}
    refused = [t for t, outcome in facts.reviews.items() if outcome == ReviewOutcome.REFUSED]
    waiting = [t for t, outcome in facts.reviews.items() if outcome == ""]
    if refused:
        yield Finding(
            "REVIEW_REFUSED", f"Refused by {_teams(refused, labels)}.", True, "pilot",
            points=("D20",),
        )  # fmt: skip
    if waiting:
        yield Finding(
            "REVIEW_WAITING", f"Not answered yet by {_teams(waiting, labels)}.", False, "pilot",
            points=("B16", "D20"),
        )  # fmt: skip
    if not facts.reviews:
        yield Finding(
            "NO_REVIEWS", "No team was asked for a review.", False, "pilot-review-add",
            points=("E25", "D20"),
        )  # fmt: skip
    agreed = (ReviewOutcome.APPROVED, ReviewOutcome.CONDITIONS)
    if late and facts.audience_is_customers and facts.reviews.get(Team.LEGAL) not in agreed:
        yield Finding(
            "NO_LEGAL_REVIEW", "Customers use it, and legal has not agreed.", True,
            "pilot-review-add", points=("E23",),
        )  # fmt: skip


def _history(facts: Facts) -> Iterable[Finding]:
    if facts.conditions_overdue:
        yield Finding(
            "CONDITIONS_OVERDUE",
            f"{_counted(facts.conditions_overdue, 'condition')} of earlier decisions past the day.",
            True, "pilot-packet", points=("E33",),
        )  # fmt: skip
    elif facts.conditions_open:
        yield Finding(
            "CONDITIONS_OPEN",
            f"{_counted(facts.conditions_open, 'condition')} of earlier decisions still open.",
            False, "pilot-packet",
        )  # fmt: skip


def _listed(questions: tuple[str, ...]) -> str:
    told = " ".join(questions[:MOST_TOLD])
    more = len(questions) - MOST_TOLD
    return f"{told} And {more} more." if more > 0 else told


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _teams(teams: Iterable[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(team, team).lower() for team in teams)
