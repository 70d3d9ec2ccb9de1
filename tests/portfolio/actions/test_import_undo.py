"""An applied import is taken back: what it made goes, what it changed comes back, edits stay."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Conflict
from portfolio.actions import import_undo, imports, pilots, removals
from portfolio.models import (
    Event,
    Flag,
    ImportRun,
    Pilot,
    PilotFacts,
    RoleAssignment,
    StageInterval,
)
from portfolio.queries.import_undo import undoing
from tests import factories
from tests.factories import Cast
from tests.portfolio.transfer.files import csv_bytes

pytestmark = pytest.mark.django_db
HEADER = ["ID", "Name", "Unit", "Stage", "Start date", "Budget", "Owner", "Remark", "Summary"]
FIRST = [
    ["X1", "Reader", "Finance", "PoC", "2024-03-01", "1000", "alice@example.com", "one", "Reads"],
    ["X2", "Sorter", "Finance", "Pilot", "2024-05-01", "", "", "", ""],
]
SECOND = [
    ["X1", "Reader", "HR", "Pilot", "2024-03-01", "2000", "bob@example.com", "two", "Reads more"],
    ["X2", "Sorter", "Finance", "Pilot", "2024-05-01", "", "", "", "Sorts"],
    ["X3", "Router", "Finance", "Idea", "", "", "", "", ""],
]


def run(folder: Path, *rows: list[str]) -> ImportRun:
    path = folder / "list.csv"
    path.write_bytes(csv_bytes(HEADER, *rows))
    done = imports.run_file(path=path, mapping=None, dry_run=False).run
    assert done is not None
    return ImportRun.objects.get(pk=done.pk)


def state() -> dict[str, Any]:
    """All that an import writes about pilots, as people would see it."""
    kept = [
        {n: v for n, v in dict(row.items()).items() if n != "version"}
        for row in Pilot.objects.order_by("pk").values()
    ]
    roles = RoleAssignment.objects.open().filter(pilot__removed_at=None)
    intervals = StageInterval.objects.filter(pilot__removed_at=None).order_by("pilot", "since")
    flags = Flag.objects.open().order_by("pilot", "rule")
    return {
        "pilots": kept,
        "roles": set(roles.values_list("pilot", "role", "person")),
        "voyage": list(intervals.values_list("pilot", "stage", "since", "until")),
        "facts": dict(PilotFacts.objects.values_list("pk", "values")),
        "flags": list(flags.values_list("pilot", "rule", "since")),
    }


def test_what_it_made_goes_and_what_it_changed_comes_back(cast: Cast, tmp_path: Path) -> None:
    run(tmp_path, *FIRST)
    before = state()
    second = run(tmp_path, *SECOND)
    assert Pilot.objects.get(external_id="X1").stage == "pilot"
    done = import_undo.undo(run=second, by=cast.mona, channel="web")
    assert (done["remove"], done["restore"], done["stays"]) == (1, 2, 0)
    after = state()
    # A role given back begins today; the facts of the removed pilot are kept with it.
    gone = Pilot.everything.exclude(removed_at=None).get()
    after["facts"].pop(gone.pk, None)
    for part, value in before.items():
        if part != "flags":
            assert after[part] == value, part
    rules = [(pilot, rule) for pilot, rule, _ in before["flags"]]
    assert [(pilot, rule) for pilot, rule, _ in after["flags"]] == rules
    said = Event.objects.filter(reason__startswith="The import of list.csv was undone")
    assert said.count() == 3
    with pytest.raises(Conflict):
        import_undo.undo(run=second, by=cast.mona, channel="web")


def test_the_corrected_file_can_come_in_again(cast: Cast, tmp_path: Path) -> None:
    first = run(tmp_path, *FIRST)
    import_undo.undo(run=first, by=cast.mona, channel="web")
    assert not Pilot.objects.exists()
    again = run(tmp_path, *FIRST)
    assert again.counts["created"] == 2
    second = run(tmp_path, *SECOND)
    import_undo.undo(run=second, by=cast.mona, channel="web")
    assert run(tmp_path, *SECOND).counts["updated"] == 2
    assert Pilot.objects.get(external_id="X1").stage == "pilot"


def test_what_was_touched_since_stays(cast: Cast, tmp_path: Path) -> None:
    first = run(tmp_path, *FIRST)
    reader, sorter = Pilot.objects.order_by("pk")
    pilots.edit(pilot=reader, by=cast.mona, channel="web", summary="Ours")
    removals.remove(pilot=sorter, by=cast.mona, channel="web", reason="Mistake")
    done = import_undo.undo(run=first, by=cast.mona, channel="web")
    assert (done["remove"], done["stays"]) == (0, 2)
    assert Pilot.objects.get() == reader


def test_only_what_one_manages(cast: Cast, tmp_path: Path) -> None:
    first = run(tmp_path, *FIRST)
    lena = factories.person("Lena", "portfolio_manager", unit=factories.unit("Claims"))
    done = import_undo.undo(run=first, by=lena, channel="web")
    assert (done["remove"], done["stays"]) == (0, 2)


def test_what_one_may_not_see_is_not_counted(cast: Cast, tmp_path: Path) -> None:
    first = run(tmp_path, *FIRST)
    Pilot.objects.filter(external_id="X1").update(restricted=True)
    assert undoing(first, cast.ada).counts == {"remove": 1}
    assert undoing(first, cast.mona).counts == {"remove": 2}


def test_as_many_statements_for_many_rows(cast: Cast, tmp_path: Path) -> None:
    counted = []
    for size in (3, 5, 60):
        rows = [[f"N{size}-{n}", f"P{size} {n}", "Sales", "PoC", "", "", "", "", ""]
                for n in range(size)]  # fmt: skip
        run(tmp_path, *rows)
        changed = [[*row[:3], "Pilot", *row[4:]] for row in rows]
        second = run(tmp_path, *changed, [f"M{size}", "New", "Sales", "Idea", "", "", "", "", ""])
        with CaptureQueriesContext(connection) as asked:
            done = import_undo.undo(run=second, by=cast.mona, channel="web")
        assert done["restore"] == size
        counted.append(len(asked))
    assert counted[1] == counted[2]


def test_the_screen_says_first_what_would_happen(cast: Cast, tmp_path: Path) -> None:
    run(tmp_path, *FIRST)
    second = run(tmp_path, *SECOND)
    pilots.edit(
        pilot=Pilot.objects.get(external_id="X2"), by=cast.mona, channel="web", summary="Ours"
    )
    client = Client()
    client.force_login(cast.mona)
    url = reverse("import-undo", args=[second.pk])
    assert url in client.get(reverse("import", args=[second.pk])).content.decode()
    page = client.get(url).content.decode()
    for words in ("remove 1 pilot", "give 1 pilot back", "leave 1 pilot", "changed since"):
        assert words in page
    told = client.post(url, follow=True).content.decode()
    assert "undone" in told
    assert client.get(url).status_code == 409
    client.force_login(cast.vera)
    assert client.get(url).status_code == 403


def test_by_command(cast: Cast, tmp_path: Path) -> None:
    first = run(tmp_path, *FIRST)
    out = StringIO()
    call_command("undo_import", str(first.pk), stdout=out)
    assert out.getvalue() == (
        "2 removed, 0 restored, 0 left alone\nunits: 0 removed, 1 set aside, 0 left in use\n"
    )
    with pytest.raises(CommandError, match="undone any more"):
        call_command("undo_import", str(first.pk))
    with pytest.raises(CommandError, match="no import"):
        call_command("undo_import", "999999")


def test_an_administrator_undoes_what_an_administrator_imported(cast: Cast, tmp_path: Path) -> None:
    first = run(tmp_path, *FIRST)
    factories.pilot(cast.mona, "Another")
    secret = Pilot.objects.get(external_id="X2")
    Pilot.objects.filter(pk=secret.pk).update(restricted=True)
    done = import_undo.undo(run=first, by=cast.ada, channel="web")
    assert (done["remove"], done["stays"]) == (1, 0)  # The other is not even counted.
    assert set(Pilot.objects.values_list("name", flat=True)) == {"Sorter", "Another"}
