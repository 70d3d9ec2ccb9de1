"""Files over HTTP: filed with an answer, refused by content, revised, and only ever downloaded."""

import hashlib
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from portfolio.actions import merging, people
from portfolio.models import Event, Pilot
from readiness.models import Answer, EvidenceFile
from readiness.queries import files as kept
from tests.factories import Cast, files, pilot

HTMX = {"HTTP_HX_REQUEST": "true"}
IGNORED = (
    "SELECT set_config('pgtrigger.ignore', (SELECT array_agg(tgname)::text FROM pg_trigger"
    " WHERE tgname LIKE 'pgtrigger%'), true);"
)
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def one(cast: Cast) -> Pilot:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    people.assign(pilot=made, person=cast.bob, by=cast.mona, channel="web", role="technical_owner")
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(
    user: User, one: Pilot, content: bytes, name: str = "report.pdf", *, kind: str = "image/png",
    htmx: bool = False, **data: object,
) -> Any:  # fmt: skip
    now = Answer.objects.open_interval().filter(pilot=one, key="production.security").first()
    values = {
        "state": "attested", "evidence_url": "", "note": "", "valid_until": "",
        "seen": now.pk if now else 0, "file": SimpleUploadedFile(name, content, kind),
    }  # fmt: skip
    url = reverse("pilot-checklist-answer", args=[one.ref, "production", "security"])
    return signed_in(user).post(url, values | data, **(HTMX if htmx else {}))


def opened(one: Pilot) -> str:
    return f"{reverse('pilot-checklist', args=[one.ref, 'production'])}?open=security"


def download(user: User, one: Pilot, file: EvidenceFile) -> Any:
    return signed_in(user).get(reverse("pilot-evidence-file", args=[one.ref, file.pk]))


def test_a_file_backs_an_answer_and_comes_back_as_it_was(cast: Cast, one: Pilot) -> None:
    content = files.pdf(body=b"x" * 1_300_000)
    assert sent(cast.alice, one, content, "C:\\Tests\\Prüfung \u202e.pdf").status_code == 302
    file = EvidenceFile.objects.get()
    assert (file.name, file.kind, file.size, file.revision) == (
        "Prüfung.pdf", "application/pdf", len(content), 1,
    )  # fmt: skip
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    said = Answer.objects.get()
    assert (said.file, said.backed, said.author) == (file, True, cast.alice)
    event = Event.objects.get(verb="readiness.answered")
    assert event.after["file"] == f"Prüfung.pdf (SHA-256 {file.sha256})"
    page = signed_in(cast.vera).get(opened(one))
    assert f"SHA-256 {file.sha256}" in page.content.decode()

    answer = download(cast.vera, one, file)
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Pr%C3%BCfung.pdf"
    )
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in answer.headers["Cache-Control"]


def test_a_file_is_sent_in_pieces(
    cast: Cast, one: Pilot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sent(cast.alice, one, files.pdf(body=b"x" * (3 * kept.PIECE)))
    file = EvidenceFile.objects.defer("content").get()
    with django_assert_num_queries(4):
        found = list(kept.pieces(file))
    assert [len(piece) for piece in found[:3]] == [kept.PIECE] * 3


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (HTML, "report.pdf", "HTML"),
        (b'<svg onload="alert(1)"/>', "chart.png", "SVG"),
        (b"MZ\x90", "report.pdf", "program"),
        (b"", "report.pdf", "empty"),
        (files.docx({"a.xml": b"0" * 40_000_000}), "report.docx", "unpacks"),
        (files.png()[:-4], "chart.png", "cut off"),
    ],
)
def test_what_is_not_taken_is_said_beside_the_box_and_nothing_is_lost(
    cast: Cast, one: Pilot, content: bytes, name: str, words: str
) -> None:
    for htmx in (True, False):
        page = sent(cast.alice, one, content, name, htmx=htmx, note="What I typed")
        assert page.status_code == 422
        text = page.content.decode()
        assert words in text
        assert "What I typed" in text
    assert not EvidenceFile.objects.exists()
    assert not Answer.objects.exists()


def test_a_large_file_is_refused_before_it_is_read(
    cast: Cast, one: Pilot, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EVIDENCE_FILE_MAX = 2**20
    monkeypatch.setattr("readiness.forms.answers.Upload", None)  # Reading it would call this.
    page = sent(cast.alice, one, files.pdf(body=b"x" * 2**20))
    assert page.status_code == 422
    assert "The file is larger than 1 MB." in page.content.decode()


def test_the_same_file_again_is_no_revision_and_another_one_is(cast: Cast, one: Pilot) -> None:
    first, second = files.pdf(), files.pdf(body=b"newer")
    sent(cast.alice, one, first)
    sent(cast.alice, one, first, "another name.pdf")
    assert EvidenceFile.objects.count() == Answer.objects.count() == 1
    sent(cast.alice, one, second)
    assert list(EvidenceFile.objects.values_list("revision", flat=True).order_by("revision")) == [
        1, 2,
    ]  # fmt: skip
    page = signed_in(cast.vera).get(opened(one))
    assert "Earlier files (1)" in page.content.decode()
    old = EvidenceFile.objects.get(revision=1)
    assert b"".join(download(cast.vera, one, old).streaming_content) == first
    sent(cast.alice, one, first)  # Back to the first one.
    assert EvidenceFile.objects.count() == 2
    assert Answer.objects.get(until=None).file == old


def test_a_new_file_on_a_verified_item_is_attested_again(cast: Cast, one: Pilot) -> None:
    sent(cast.alice, one, files.pdf())
    sent(cast.bob, one, files.pdf(), state="verified")
    assert Answer.objects.get(until=None).state == "verified"
    sent(cast.alice, one, files.pdf(body=b"newer"), state="verified")
    now = Answer.objects.get(until=None)
    assert (now.state, now.author, now.confirmed_by) == ("attested", cast.alice, None)
    assert now.file
    assert now.file.revision == 2


def test_a_file_stays_with_the_answer_until_it_is_taken_off(cast: Cast, one: Pilot) -> None:
    sent(cast.alice, one, files.pdf())
    sent(cast.alice, one, files.pdf(), file="", note="More words")
    now = Answer.objects.get(until=None)
    assert (now.note, now.file) == ("More words", EvidenceFile.objects.get())
    sent(cast.alice, one, files.pdf(), file="", note="", drop_file="on")
    now = Answer.objects.get(until=None)
    assert (now.file, now.backed) == (None, False)
    assert EvidenceFile.objects.exists()


def test_a_file_is_for_those_who_see_the_pilot(cast: Cast, one: Pilot) -> None:
    other = pilot(cast.mona, "Other", owner=cast.alice)
    hidden = pilot(cast.mona, "Hidden", owner=cast.alice, restricted=True)
    sent(cast.alice, one, files.pdf())
    sent(cast.alice, hidden, files.pdf())
    open_file = EvidenceFile.objects.get(pilot=one)
    secret = EvidenceFile.objects.get(pilot=hidden)
    assert download(cast.vera, one, open_file).status_code == 200
    assert download(cast.vera, other, open_file).status_code == 404
    assert download(cast.vera, one, secret).status_code == 404
    assert download(cast.vera, hidden, secret).status_code == 404
    assert download(cast.otto, hidden, secret).status_code == 200


def test_strangers_file_nothing(cast: Cast, one: Pilot) -> None:
    for person in (cast.charlie, cast.vera, cast.otto):
        assert sent(person, one, files.pdf()).status_code == 403
    assert not EvidenceFile.objects.exists()


def test_the_database_lets_nobody_change_what_was_filed(cast: Cast, one: Pilot) -> None:
    sent(cast.alice, one, files.pdf())
    for statement in (
        "UPDATE readiness_evidencefile SET content = 'x'",
        "UPDATE readiness_evidencefile SET sha256 = repeat('0', 64)",
        "DELETE FROM readiness_evidencefile",
        "TRUNCATE readiness_evidencefile CASCADE",
        f"{IGNORED} UPDATE readiness_evidencefile SET name = 'x'",
        "ALTER TABLE readiness_evidencefile DISABLE TRIGGER ALL",
    ):
        with (
            pytest.raises((ProgrammingError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_files_come_along_when_pilots_are_merged(cast: Cast, one: Pilot) -> None:
    survivor = pilot(cast.mona, "Survivor", owner=cast.alice)
    sent(cast.alice, one, files.pdf())
    file = EvidenceFile.objects.get()
    merging.merge(survivor=survivor, merged=one, by=cast.mona, channel="web", reason="The same")
    file.refresh_from_db()
    assert file.pilot_id == one.pk, "filed for the pilot that was judged"
    assert download(cast.vera, survivor, file).status_code == 200
