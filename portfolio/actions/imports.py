"""An import from upload to applied, as people steer it; import_steps does the work."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from common import clock, queue, text
from common.errors import Conflict, NotAllowed, Refused, Sentence
from portfolio.access import check_import
from portfolio.actions import import_steps as steps
from portfolio.models import Channel, ImportMapping, ImportRun, ImportState, ImportUpload
from portfolio.transfer import limits, propose
from portfolio.transfer.errors import Unreadable
from portfolio.transfer.mapping import Mapping, load
from portfolio.transfer.plan import Plan
from portfolio.transfer.reader import Table, read_file

TASK = "portfolio.tasks.run_imports"


@transaction.atomic
def start(*, by: User, file_name: str, content: bytes) -> ImportRun:
    """Take in a file; a worker reads it."""
    check_import(by)
    if not content:
        raise Refused("The file is empty.", field="file")
    if len(content) > limits.MOST_BYTES:
        raise Refused("The file is larger than 20 MB.", field="file")
    run = _new_run(by, Channel.WEB, file_name, content, ImportState.UPLOADED)
    queue.ring(TASK)
    return run


def _new_run(
    by: User | None, channel: str, file_name: str, content: bytes, state: str, **values: Any
) -> ImportRun:
    run = ImportRun.objects.create(
        state=state, by=by, channel=channel, created_at=clock.now(),
        file_name=text.clean(file_name)[-255:] or "file", size=len(content),
        digest=hashlib.sha256(content).hexdigest(), **values,
    )  # fmt: skip
    ImportUpload.objects.create(run=run, content=content)
    return run


@transaction.atomic
def read_again(*, run: ImportRun, by: User, options: dict[str, Any]) -> ImportRun:
    """Read the file once more, with another encoding, delimiter, sheet or header row."""
    run = _mine(run, by, ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED)
    document = load({"columns": {"name": "name"}, "file": options}).file
    run.mapping = {"file": document}
    return _send(run, ImportState.UPLOADED)


@transaction.atomic
def map_columns(*, run: ImportRun, by: User, document: dict[str, Any]) -> ImportRun:
    """Say what the columns become; a worker makes the dry run."""
    run = _mine(run, by, ImportState.MAPPING, ImportState.CHECKED)
    run.mapping = load({**document, "file": (run.mapping or {}).get("file") or {}}).document()
    return _send(run, ImportState.TO_CHECK)


@transaction.atomic
def change_columns(*, run: ImportRun, by: User) -> ImportRun:
    """Go back from the dry run to the columns."""
    run = _mine(run, by, ImportState.CHECKED)
    run.state = ImportState.MAPPING
    run.save(update_fields=["state"])
    return run


@transaction.atomic
def apply(*, run: ImportRun, by: User) -> ImportRun:
    """Let a worker apply a run that was tried out."""
    return _send(_mine(run, by, ImportState.CHECKED), ImportState.TO_APPLY)


@transaction.atomic
def discard(*, run: ImportRun, by: User) -> ImportRun:
    """Give a run up before it is applied; its file and records go."""
    run = _mine(run, by, ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED)
    ImportUpload.objects.filter(run=run).delete()
    run.records.all().delete()
    run.issues.all().delete()
    run.state, run.finished_at = ImportState.DISCARDED, clock.now()
    run.save(update_fields=["state", "finished_at"])
    return run


@transaction.atomic
def save_mapping(*, name: str, document: dict[str, Any], by: User | None) -> ImportMapping:
    """Keep a mapping under a name; the same name again replaces it."""
    name = text.clean(name)
    if not name or len(name) > 100:
        raise Refused("A mapping needs a name of at most 100 characters.", field="name")
    kept, _ = ImportMapping.objects.update_or_create(
        name=name,
        defaults={"document": load(document).document(), "by": by, "saved_at": clock.now()},
    )
    return kept


def _mine(run: ImportRun, by: User, *states: str) -> ImportRun:
    """The run, locked, if it is the person's own and in one of these states."""
    check_import(by)
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.by_id != by.pk:
        raise NotAllowed("Only the person who uploaded a file continues its import.")
    if run.state not in states:
        raise Conflict(f"This import has moved on: {run.get_state_display().lower()}.")
    return run


def _send(run: ImportRun, state: str) -> ImportRun:
    run.state, run.progress, run.problem, run.lease_until = state, 0, "", None
    run.save(update_fields=["state", "progress", "problem", "lease_until", "mapping"])
    queue.ring(TASK)
    return run


@dataclass(frozen=True)
class Outcome:
    """What an import by command did, or would do."""

    plan: Plan
    table: Table
    mapping: Mapping
    run: ImportRun | None

    def as_dict(self) -> dict[str, Any]:
        """The machine-readable result: counts and every issue, then what else is worth knowing."""
        kept = [h for h in self.table.headers if self.mapping.target(h).to == "ignore"]
        return {
            **self.plan.counts(),
            "issues": [
                {"row": i.row, "column": i.column, "value": i.value, "problem": i.problem}
                for i in self.plan.issues
            ],
            "unmapped_columns": kept,
            "columns": [
                {"column": c.column, "to": c.to, "filled": c.filled, "stored": c.stored,
                 "issues": c.issues}
                for c in self.plan.columns
            ],
            "conflicts": [
                {"row": c.row, "column": c.column, "ref": c.ref, "ours": c.ours,
                 "theirs": c.theirs, "kept": c.kept}
                for c in self.plan.conflicts
            ],
            "notes": self.plan.notes,
        }  # fmt: skip


def run_file(*, path: Path, mapping: Mapping | None, dry_run: bool) -> Outcome:
    """Import a file from the command line in one go; a dry run writes nothing at all."""
    table = read_file(path, **(mapping.file if mapping else {}))
    mapping = mapping or propose.propose(table)[0]
    if not {"name", "ref"} & {mapping.target(h).to for h in table.headers}:
        raise Unreadable(
            "No column of the file looks like the name of the pilots. "
            "Name it in a mapping file: --mapping FILE."
        )
    if dry_run:
        return Outcome(steps.made(table, mapping, None), table, mapping, None)
    run = _new_run(
        None, Channel.COMMAND, path.name, path.read_bytes(), ImportState.MAPPING,
        mapping=mapping.document(), found=steps.found_of(table), rows=len(table.rows),
    )  # fmt: skip
    with steps.progress(run.pk, run.attempt) as tick:
        steps.stage(run, table, tick)
    # From here on a worker finishes what this process cannot, once the lease has run out.
    [ticket] = queue.claim(
        ImportRun.objects.filter(pk=run.pk),
        ready=[ImportState.MAPPING],
        into=ImportState.APPLYING,
        limit=1,
        lease=steps.LEASE,
    )
    try:
        return Outcome(steps.apply(run, ticket, table, mapping), table, mapping, run)
    except Exception as error:
        said = error.sentence if isinstance(error, Sentence) else steps.UNEXPECTED
        steps.fail(ticket, ImportState.APPLYING, said)
        raise
