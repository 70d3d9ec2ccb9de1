"""Import through the pages, as a person does it; the worker's steps are called by hand."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from portfolio.actions import import_steps, pilots
from portfolio.models import Event, ImportMapping, ImportRun, ImportUpload, Pilot
from tests.factories import Cast, make_cast, person, pilot, unit
from tests.portfolio.transfer.files import csv_bytes, xlsx_bytes

pytestmark = pytest.mark.django_db
ROWS = [
    ["Use case", "Department", "Status", "Start date", "Owner", "Remark"],
    ["Reader", "Finance", "PoC", "2024-03-01", "alice@example.com", "first"],
    ["Sorter", "HR", "Finished?", "Q4FY25", "", "<b>bold</b>"],
    ["Finder", "HR", "Live", "", "", ""],
]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, content: bytes = b"", name: str = "list.csv") -> Any:
    file = SimpleUploadedFile(name, content or csv_bytes(*ROWS))
    return client.post(reverse("imports"), {"file": file})


def uploaded(client: Client, content: bytes = b"") -> ImportRun:
    """A run whose file was read by the worker."""
    upload(client, content)
    import_steps.work()
    return ImportRun.objects.latest("pk")


def fields(client: Client, run: ImportRun) -> dict[str, str]:
    """What the mapping page's form would send as it stands."""
    page = client.get(reverse("import", args=[run.pk])).context["page"]
    sent = {f"to-{c.index}": c.to for c in page.columns}
    for word in page.words:
        sent |= {f"word-{word.index}": word.text, f"stage-{word.index}": word.stage}
    return {**sent, "unit": page.mapping.unit, "conflicts": "ours"}


def checked(client: Client, run: ImportRun, **more: str) -> ImportRun:
    client.post(reverse("import-columns", args=[run.pk]), fields(client, run) | more)
    import_steps.work()
    run.refresh_from_db()
    return run


def applied(client: Client, run: ImportRun) -> ImportRun:
    client.post(reverse("import-apply", args=[run.pk]))
    import_steps.work()
    run.refresh_from_db()
    return run


def test_from_the_file_to_the_pilots(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    answer = upload(mona)
    run = ImportRun.objects.get()
    assert answer.url == reverse("import", args=[run.pk])
    waiting = mona.get(answer.url).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert '<meta http-equiv="refresh"' in waiting
    import_steps.work()
    mapping = mona.get(answer.url).content.decode()
    assert "3 rows in 6 columns" in mapping
    assert 'hx-trigger="every' not in mapping
    assert "not recognised" in mapping
    assert "&lt;b&gt;bold&lt;/b&gt;" in mapping
    run = checked(mona, run)
    assert run.state == "checked"
    assert not Pilot.objects.exists()
    trial = mona.get(answer.url).content.decode()
    assert "Dry run, nothing is written yet" in trial
    assert "names a quarter, not a day" in trial
    run = applied(mona, run)
    assert run.counts == {"rows": 3, "created": 3, "updated": 0, "unchanged": 0, "failed": 0}
    assert {p.name for p in Pilot.objects.all()} == {"Reader", "Sorter", "Finder"}
    event = Event.objects.filter(verb="pilot.registered").first()
    assert event is not None
    assert (event.actor, event.channel) == (cast.mona, "web")
    assert "3 created" in mona.get(answer.url).content.decode()
    assert "list.csv" in mona.get(reverse("imports")).content.decode()


def test_a_word_for_a_stage_can_be_mapped(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    run = uploaded(mona)
    sent = fields(mona, run)
    number = next(k.partition("-")[2] for k, v in sent.items() if v == "Finished?")
    run = applied(mona, checked(mona, run, **{f"stage-{number}": "stopped"}))
    assert Pilot.objects.get(name="Sorter").stage == "stopped"
    assert "Status" not in {i.column for i in run.issues.all()}


def test_htmx_gets_the_part_only(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    upload(mona)
    run = ImportRun.objects.get()
    part = mona.get(reverse("import", args=[run.pk]), headers={"HX-Request": "true"}).content
    assert part.strip().startswith(b'<div id="import-run"')
    assert b"<html" not in part


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"%PDF-1.5", "is a PDF"), (b"Name,Unit\n", "no rows below it"),
        (b"Name,Unit\nA\x00,B", "NUL byte"), (b"\x89PNG\r\n\x1a\n", "picture"),
    ],
)  # fmt: skip
def test_a_bad_file_is_a_sentence_and_writes_nothing(cast: Cast, content: bytes, part: str) -> None:
    mona = signed_in(cast.mona)
    run = uploaded(mona, content)
    assert run.state == "failed"
    assert part in mona.get(reverse("import", args=[run.pk])).content.decode()
    assert not run.records.exists()
    assert not Pilot.objects.exists()


def test_no_file_and_an_empty_one_are_said_at_once(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    nothing = mona.post(reverse("imports"), {})
    assert nothing.status_code == 422
    assert "Choose a file first." in nothing.content.decode()
    empty = mona.post(reverse("imports"), {"file": SimpleUploadedFile("a.csv", b"")})
    assert (empty.status_code, ImportRun.objects.count()) == (422, 0)
    assert "The file is empty." in empty.content.decode()


def test_a_mapping_without_a_name_is_refused_in_place(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    run = uploaded(mona)
    sent = fields(mona, run) | {"to-0": "fact"}
    answer = mona.post(reverse("import-columns", args=[run.pk]), sent)
    assert answer.status_code == 422
    assert "No column is mapped to the name" in answer.content.decode()


def test_mappings_are_kept_and_used_again(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    checked(mona, uploaded(mona), save_as="Yearly list")
    kept = ImportMapping.objects.get()
    assert (kept.name, kept.by) == ("Yearly list", cast.mona)
    run = uploaded(mona)
    mona.post(reverse("import-columns", args=[run.pk]), {"use": "Yearly list"})
    import_steps.work()
    run.refresh_from_db()
    assert run.state == "checked"


def test_the_file_can_be_read_another_way(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    content = xlsx_bytes({
        "One": [["Name", "Unit"], ["A", "x"]], "Two": [["Name", "Unit"], ["B", "y"], ["C", "z"]],
    })  # fmt: skip
    run = uploaded(mona, content)
    mona.post(reverse("import-read", args=[run.pk]), {"sheet": "One"})
    import_steps.work()
    run.refresh_from_db()
    assert (run.state, run.found["sheet"], run.rows) == ("mapping", "One", 1)
    wrong = mona.post(reverse("import-read", args=[run.pk]), {"header_row": "x"})
    assert wrong.status_code == 422


def test_going_back_and_discarding(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    run = checked(mona, uploaded(mona))
    mona.post(reverse("import-back", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "mapping"
    mona.post(reverse("import-discard", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "discarded"
    assert not ImportUpload.objects.exists()
    assert not run.records.exists()


def test_steps_out_of_turn_are_conflicts(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    run = uploaded(mona)
    assert mona.post(reverse("import-apply", args=[run.pk])).status_code == 409
    run = applied(mona, checked(mona, run))
    assert mona.post(reverse("import-discard", args=[run.pk])).status_code == 409
    assert mona.get(reverse("import-apply", args=[run.pk])).status_code == 405


def test_all_issues_as_csv(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    run = checked(mona, uploaded(mona))
    answer = mona.get(reverse("import-issues", args=[run.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(StringIO(text, newline="")))
    assert [(r["row"], r["column"], r["value"]) for r in rows] == [
        ("3", "Status", "Finished?"), ("3", "Start date", "Q4FY25"),
    ]  # fmt: skip
    document = mona.get(reverse("import-mapping", args=[run.pk])).json()
    assert document["columns"]["Use case"] == "name"


def test_only_managers_and_administrators_import(cast: Cast) -> None:
    run = uploaded(signed_in(cast.mona))
    for user in (cast.alice, cast.vera, cast.ed, cast.otto):
        client = signed_in(user)
        for name in ("import", "import-issues", "import-mapping"):
            assert client.get(reverse(name, args=[run.pk])).status_code == 403, name
        for name in ("import-read", "import-columns", "import-back", "import-apply"):
            assert client.post(reverse(name, args=[run.pk])).status_code == 403, name
        assert client.get(reverse("imports")).status_code == 403
        assert upload(client).status_code == 403
    assert Client().get(reverse("imports")).status_code == 302
    ada = signed_in(cast.ada)
    assert ada.get(reverse("import", args=[run.pk])).status_code == 200
    assert ada.post(reverse("import-discard", args=[run.pk])).status_code == 403
    assert ada.get(reverse("import", args=[run.pk + 1])).status_code == 404


def test_a_restricted_pilot_does_not_leak_through_an_import(cast: Cast) -> None:
    secret = pilot(cast.mona, "Reader", unit=unit("Finance"), summary="Top secret words")
    pilots.edit(pilot=secret, by=cast.mona, channel="web", restricted=True)
    ada = signed_in(cast.ada)
    run = checked(ada, uploaded(ada))
    page = ada.get(reverse("import", args=[run.pk])).content.decode()
    assert secret.ref not in page
    assert run.counts["failed"] == 1
    applied(ada, run)
    secret.refresh_from_db()
    assert (secret.stage, secret.version) == ("idea", 2)
    # For Mona, who manages everything, the same rows are about a pilot she sees.
    mona = signed_in(cast.mona)
    run = checked(mona, uploaded(mona))
    assert secret.ref in mona.get(reverse("import", args=[run.pk])).content.decode()
    assert secret.ref not in ada.get(reverse("import", args=[run.pk])).content.decode()


def test_who_manages_a_unit_imports_into_it_only(cast: Cast) -> None:
    nick = person("Nick", Role.PORTFOLIO_MANAGER, unit=unit("HR"))
    client = signed_in(nick)
    run = applied(client, checked(client, uploaded(client)))
    assert (run.counts["created"], run.counts["failed"]) == (2, 1)
    assert "you do not manage the unit “Finance”" in run.issues.filter(row=2)[0].problem


def test_conflicts_and_changes_are_shown_before_they_happen(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    applied(mona, checked(mona, uploaded(mona)))
    reader = Pilot.objects.get(name="Reader")
    pilots.edit(pilot=reader, by=cast.mona, channel="web", name="Invoice reader")
    changed = [ROWS[0], [*ROWS[1][:-1], "second"], *ROWS[2:]]
    run = checked(mona, uploaded(mona, csv_bytes(*changed)))
    page = mona.get(reverse("import", args=[run.pk])).content.decode()
    assert "Invoice reader" in page
    assert "ours stays" in page
    assert "<del>first</del>" in page
    assert "<ins>second</ins>" in page


def test_an_unfinished_step_is_taken_up_by_the_next_worker(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    run = checked(mona, uploaded(mona))
    mona.post(reverse("import-apply", args=[run.pk]))
    # A worker took it and died: the lease ran out.
    ImportRun.objects.update(state="applying", attempt=9, lease_until="2020-01-01T00:00Z")
    assert import_steps.work() == 1
    run.refresh_from_db()
    assert run.state == "applied"
    assert Pilot.objects.count() == 3


def test_work_that_stops_its_worker_again_and_again_ends(cast: Cast) -> None:
    upload(signed_in(cast.mona))
    attempts = import_steps.ATTEMPTS_MAX
    ImportRun.objects.update(state="reading", attempt=attempts, lease_until="2020-01-01T00:00Z")
    assert import_steps.work() == 0
    run = ImportRun.objects.get()
    assert (run.state, run.problem) == ("failed", import_steps.GAVE_UP)
