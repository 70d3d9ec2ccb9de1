"""What the import pages show."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import User
from portfolio.models import ImportIssue, ImportMapping, ImportRow, ImportRun, ImportState, Pilot
from portfolio.transfer import stages
from portfolio.transfer.columns import BY_CODE, COLUMNS
from portfolio.transfer.mapping import Mapping, load
from portfolio.transfer.text import key
from portfolio.transfer.voyage import LABELS

SHOWN_PER_COLUMN = 12
SHOWN = 100
STAGE_WORDS_MAX = 60
_GROUPS = (
    ("Identity", ("ref", "id", "name", "unit")),
    ("Stage and dates", ("stage", "stage_date", "date")),
    ("People", ("person",)), ("What it is", ("text", "line", "choice", "yesno")),
    ("Money", ("amount",)),
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column on the mapping page."""

    index: int
    header: str
    to: str
    why: str
    sure: str
    filled: int
    blank: int
    samples: tuple[str, ...]
    dates: str
    is_date: bool


@dataclass(frozen=True)
class StageWord:
    """A text of the stage column, how often it stands there, and the stage it is read as."""

    index: int
    text: str
    count: int
    stage: str
    sure: bool


@dataclass(frozen=True)
class MappingPage:
    columns: list[Column]
    words: list[StageWord]
    more_words: int
    mapping: Mapping
    saved: list[str]
    facts: int


@dataclass(frozen=True)
class IssueGroup:
    """What could not be read in one column: the first cells, and how many there are."""

    column: str
    count: int
    first: list[ImportIssue]

    @property
    def more(self) -> int:
        return self.count - len(self.first)


@dataclass(frozen=True)
class Change:
    """One updated row of the diff."""

    number: int
    ref: str
    cells: list[tuple[str, Any, Any]]


@dataclass(frozen=True)
class ResultPage:
    counts: dict[str, int]
    columns: list[dict[str, Any]]
    ignored: list[str]
    groups: list[IssueGroup]
    issues: int
    conflicts: list[dict[str, Any]]
    more_conflicts: int
    changes: list[Change]
    notes: list[str]
    hidden: int


def targets() -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column can become, grouped for a select."""
    own = [("fact", "A fact, under its own name"), ("ignore", "Not imported")]
    groups = [
        (group, [(c.code, c.label) for c in COLUMNS if c.kind in kinds]) for group, kinds in _GROUPS
    ]
    return [("", own), *groups]


def stage_choices() -> list[tuple[str, str]]:
    return [(code, LABELS[code]) for code in stages.STAGES]


def runs(limit: int = 50) -> list[ImportRun]:
    """The latest imports; discarded ones are gone."""
    shown = ImportRun.objects.exclude(state=ImportState.DISCARDED).select_related("by")
    shown = shown.order_by("-created_at", "-id")
    return list(shown.defer("proposals", "mapping", "found", "columns", "conflicts")[:limit])


def mapping_page(run: ImportRun) -> MappingPage:
    """The columns with what they seem to be, or with what was chosen before."""
    mapping = load(run.mapping)
    chosen = {key(header): column for header, column in mapping.columns.items()}
    columns = []
    for index, proposal in enumerate(run.proposals):
        header = proposal["header"]
        found = chosen.get(key(header))
        to = found.to if found else mapping.rest
        columns.append(
            Column(
                index=index, header=header, to=to, why=proposal["why"],
                sure=_sure(proposal, to), filled=proposal["filled"],
                blank=run.rows - proposal["filled"],
                samples=tuple(sample[:90] for sample in proposal["samples"][:3]),
                dates=(found.dates if found else None) or "",
                is_date=to in BY_CODE and BY_CODE[to].kind.endswith("date"),
            )
        )  # fmt: skip
    words = _stage_words(run, mapping)
    return MappingPage(
        columns=columns, words=words[:STAGE_WORDS_MAX],
        more_words=max(0, len(words) - STAGE_WORDS_MAX), mapping=mapping,
        saved=list(ImportMapping.objects.values_list("name", flat=True)),
        facts=sum(1 for c in columns if c.to == "fact"),
    )  # fmt: skip


def _sure(proposal: dict[str, Any], to: str) -> str:
    if to != proposal["to"]:
        return "chosen"
    if to == "fact" or proposal["confidence"] >= 0.85:
        return "sure"
    return "likely" if proposal["confidence"] >= 0.6 else "a guess"


def _stage_words(run: ImportRun, mapping: Mapping) -> list[StageWord]:
    headers = list(run.found.get("headers", ()))
    index = next((i for i, h in enumerate(headers) if mapping.target(h).to == "stage"), None)
    if index is None:
        return []
    cells = ImportRow.objects.filter(run=run).values_list(f"cells__{index}", flat=True)
    counts = Counter(cell.strip() for cell in cells if cell and cell.strip())
    chosen = mapping.values.get("stage", {})
    words = []
    for number, (text, count) in enumerate(counts.most_common()):
        stage, sure = stages.read(text)
        said = chosen.get(key(text), stage or "")
        words.append(StageWord(number, text, count, said, sure == 1.0 or key(text) in chosen))
    return words


def hidden_rows(run: ImportRun, user: User) -> QuerySet[ImportRow, int]:
    """Numbers of rows about pilots the person may not see."""
    rows = ImportRow.objects.filter(run=run, pilot__restricted=True)
    visible = Pilot.objects.visible_to(user).values("pk")
    return rows.exclude(pilot__in=visible).values_list("number", flat=True)


def visible_issues(run: ImportRun, user: User) -> QuerySet[ImportIssue]:
    """The run's issues, without those of rows about pilots the person may not see."""
    return run.issues.exclude(row__in=hidden_rows(run, user)).order_by("id")


def issue_rows(issues: Iterable[ImportIssue]) -> Iterator[dict[str, Any]]:
    for issue in issues:
        yield {"row": issue.row, "column": issue.column, "value": issue.value,
               "problem": issue.problem}  # fmt: skip


def result_page(run: ImportRun, user: User) -> ResultPage:
    """The dry run or the result, by row and column."""
    hidden = set(hidden_rows(run, user))
    issues = visible_issues(run, user)
    counts = (
        issues.order_by().values_list("column").annotate(n=Count("id")).order_by("-n", "column")
    )
    groups = [
        IssueGroup(column, n, list(issues.filter(column=column)[:SHOWN_PER_COLUMN]))
        for column, n in counts[:40]
    ]
    conflicts = [c for c in run.conflicts if c["row"] not in hidden]
    mapping = load(run.mapping)
    return ResultPage(
        counts=run.counts, columns=run.columns,
        ignored=[h for h in run.found.get("headers", ()) if mapping.target(h).to == "ignore"],
        groups=groups, issues=sum(n for _, n in counts), conflicts=conflicts[:SHOWN],
        more_conflicts=max(0, len(conflicts) - SHOWN), changes=_changes(run, hidden),
        notes=run.notes, hidden=len(hidden),
    )  # fmt: skip


def _changes(run: ImportRun, hidden: set[int]) -> list[Change]:
    rows = ImportRow.objects.filter(run=run, action="updated").exclude(number__in=hidden)
    return [
        Change(
            number, f"{Pilot.REF_PREFIX}{pilot}",
            [(_label(to), before, after) for to, (before, after) in changes.items()],
        )
        for number, pilot, changes in rows.order_by("number").values_list(
            "number", "pilot_id", "changes"
        )[:SHOWN]
    ]  # fmt: skip


def _label(to: str) -> str:
    return BY_CODE[to].label if to in BY_CODE else to.partition(":")[2]
