"""The systems of a pilot with what was agreed, what their data are like and what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from portfolio.models import AgreementStatus, Dependency, Incident, IncidentKind
from portfolio.models.dependency import DataIssue, IntegrationTarget, SystemKind
from portfolio.queries import labels
from portfolio.queries.kept import Row, day, label, rows_of

ORDER = AgreementStatus.values


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """`days` is how long it lasts or lasted."""

    id: int
    kind: str
    what: str
    opened_on: date
    closed_on: date | None
    cure: str
    days: int
    silent: bool


@dataclass(frozen=True, slots=True)
class DependencyLine:
    """`sheet` is what is known of its data, `unseen` the labels of what nobody has looked at."""

    id: int
    name: str
    kind: str
    target: str
    contact: str
    status: str
    status_label: str
    agreement: str
    agreement_url: str
    is_source: bool
    sheet: tuple[tuple[str, str], ...]
    unseen: tuple[str, ...]
    open: tuple[IncidentLine, ...]
    past: tuple[IncidentLine, ...]
    until: date | None


@dataclass(frozen=True, slots=True)
class Dependencies:
    """`targets` is the integration matrix: each target with the furthest status, "" for none."""

    now: tuple[DependencyLine, ...]
    former: tuple[DependencyLine, ...]
    targets: tuple[tuple[str, str, str], ...]

    @property
    def filled(self) -> bool:
        return bool(self.now or self.former)

    @property
    def words(self) -> str:
        """How far the agreements are, in one sentence."""
        done = sum(1 for one in self.now if one.status == AgreementStatus.IN_PLACE)
        rest = len(self.now) - done
        if not rest:
            return "Every agreement is in place."
        return f"{done} of {len(self.now)} agreements are in place."


def rows() -> ArraySubquery:
    """All systems of the pilot of the outer query, with their incidents."""
    incidents = Incident.objects.filter(dependency=OuterRef("pk")).order_by("-opened_on", "-pk")
    found = rows_of(incidents, "id", "kind", "what", "opened_on", "closed_on", "cure")
    mine = Dependency.objects.filter(pilot=OuterRef("pk")).order_by(
        F("until").desc(nulls_first=True), "pk"
    )
    return rows_of(
        mine, "id", "name", "kind", "target", "contact", "status", "agreement", "agreement_url",
        "is_source", "formats", "null_rate", "encodings", "api_docs_on", "issues", "until",
        incidents=found,
    )  # fmt: skip


def read(found: Sequence[Row], as_of: date) -> Dependencies:
    lines = [_line(row, as_of) for row in found]
    now = tuple(line for line in lines if line.until is None)
    furthest = {
        target: max((ORDER.index(r["status"]) for r in found if _aims(r, target)), default=-1)
        for target in IntegrationTarget.values
    }
    return Dependencies(
        now=now, former=tuple(line for line in lines if line.until is not None),
        targets=tuple(
            (label(IntegrationTarget, target), *_status(place))
            for target, place in furthest.items()
        ),
    )  # fmt: skip


def _aims(row: Row, target: str) -> bool:
    return row["target"] == target and row["until"] is None


def _status(place: int) -> tuple[str, str]:
    if place < 0:
        return "", "no system named"
    return ORDER[place], label(AgreementStatus, ORDER[place]).lower()


def _line(row: Row, as_of: date) -> DependencyLine:
    incidents = [_incident(one, as_of) for one in row["incidents"]]
    sheet = _sheet(row) if row["is_source"] else {}
    return DependencyLine(
        id=row["id"], name=row["name"], kind=label(SystemKind, row["kind"]),
        target=label(IntegrationTarget, row["target"]), contact=row["contact"],
        status=row["status"], status_label=label(AgreementStatus, row["status"]),
        agreement=row["agreement"], agreement_url=row["agreement_url"],
        is_source=row["is_source"],
        sheet=tuple((name, value) for name, value in sheet.items() if value),
        unseen=tuple(name for name, value in sheet.items() if not value),
        open=tuple(one for one in incidents if one.closed_on is None),
        past=tuple(one for one in incidents if one.closed_on is not None),
        until=day(row["until"]),
    )  # fmt: skip


def _sheet(row: Row) -> dict[str, str]:
    """The data-reality sheet in words; "" is what nobody has looked at."""
    docs = day(row["api_docs_on"])
    return {
        "Formats": "" if row["formats"] is None else f"{row['formats']:,}",
        "Empty cells": "" if row["null_rate"] is None else f"{row['null_rate']:g} %",
        "Encodings": row["encodings"],
        "Documentation of": labels.day(docs) if docs else "",
        "Wrong with it": ""
        if row["issues"] is None
        else ", ".join(label(DataIssue, one).lower() for one in row["issues"]) or "nothing found",
    }


def _incident(row: Row, as_of: date) -> IncidentLine:
    opened, closed = date.fromisoformat(row["opened_on"]), day(row["closed_on"])
    return IncidentLine(
        id=row["id"], kind=label(IncidentKind, row["kind"]), what=row["what"], opened_on=opened,
        closed_on=closed, cure=row["cure"], days=((closed or as_of) - opened).days,
        silent=row["kind"] == IncidentKind.SILENT_DRIFT,
    )  # fmt: skip
