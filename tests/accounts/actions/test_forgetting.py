"""A leaver's name and address stand nowhere any more, and the history keeps its sense."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import forgetting, leaving, letters, users
from accounts.models import Channel, Event, Letter, User
from accounts.queries.history import history
from common.errors import NotAllowed, Refused
from portfolio.actions import digests, imports, pilots, updates
from portfolio.models import Event as PilotEvent
from portfolio.models import ImportRow, ImportRun, ImportState, ImportUpload, Pilot
from tests.factories import Cast, pilot
from tests.factories.cast import PASSWORD

pytestmark = pytest.mark.django_db
IGNORE = "SELECT set_config('pgtrigger.ignore', '{pgtrigger_append_only_e07d4}', true);"
FUNCTION = "FUNCTION public.pilotage_forget_person(who bigint, really boolean)"
REWRITES = (
    "UPDATE accounts_event SET reason = 'x'",
    f"{IGNORE} DELETE FROM accounts_event",
    f"CREATE OR REPLACE {FUNCTION} RETURNS TABLE (a text, b bigint) LANGUAGE sql AS 'SELECT 1, 2'",
)
NAME, OLD = "Zoë O'Hara-Quispe", "Zoë Quispe [temp]"
ADDRESS, FORMER = "zoe.hara@example.com", "zoe+temp@example.com"


def columns() -> Iterator[tuple[str, str]]:
    """Every column of the database that could hold text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND (data_type IN"
            " ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea'))"
        )
        yield from cursor.fetchall()


def places(*words: str) -> set[str]:
    """Columns that contain one of these, in whatever case."""
    found = set()
    with connection.cursor() as cursor:
        for table, column in columns():
            for word in words:
                shown = f'"{column}"::text ILIKE %s'
                cursor.execute(f'SELECT 1 FROM "{table}" WHERE {shown} LIMIT 1', [f"%{word}%"])
                if cursor.fetchone():
                    found.add(f"{table}.{column}")
    return found


@pytest.fixture
def zoe(cast: Cast) -> User:
    """She was renamed, owned, wrote, was imported, and got letters and a digest; then she left."""
    zoe = users.create(email=FORMER, name=OLD, roles=["product_owner"], password=PASSWORD)
    zoe = users.edit(user=zoe, name=NAME, email=ADDRESS, by=cast.ada, channel=Channel.WEB)
    one = pilot(cast.mona, f"{NAME}'s helper", owner=zoe, summary=f"Ask {NAME} or {ADDRESS}.")
    updates.post(
        pilot=one, by=zoe, channel=Channel.WEB, health="at_risk",
        note=f"{NAME.upper()} waits, write to {ADDRESS.upper()}", next_step="",
    )  # fmt: skip
    pilots.edit(pilot=one, by=cast.mona, channel=Channel.WEB, problem=f"As {OLD} said")
    letters.write(person=zoe, subject="Welcome", body=f"Dear {NAME}")
    run = imports.start(by=cast.mona, file_name="a.csv", content=f"Name,Owner\nA,{NAME}\n".encode())
    ImportRow.objects.create(run=run, number=2, cells=["A", NAME, ADDRESS])
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.APPLIED)
    digests.run_week(week=None, late=False)
    leaving.deactivate(user=zoe, by=cast.ada, channel=Channel.WEB, reason=f"{NAME} moved on")
    zoe.refresh_from_db()
    return zoe


def forget(zoe: User, cast: Cast) -> User:
    return forgetting.forget(user=zoe, by=cast.ada, channel=Channel.WEB)


def test_no_table_knows_the_name_or_the_address(cast: Cast, zoe: User) -> None:
    words = (NAME, OLD, ADDRESS, FORMER)
    before = places(*words)
    assert {
        "accounts_user.email", "accounts_event.after", "portfolio_event.before",
        "portfolio_pilot.name", "portfolio_pilot.name_key", "portfolio_pilothistory.summary",
        "portfolio_update.note", "portfolio_importrow.cells", "accounts_letter.address",
    } <= before  # fmt: skip
    forget(zoe, cast)
    assert places(*words) == set()


def test_the_history_keeps_its_sense(cast: Cast, zoe: User) -> None:
    versions = Pilot.objects.get().history.count()
    events = (Event.objects.count(), PilotEvent.objects.count())
    gone = forget(zoe, cast)
    assert str(gone) == f"Former colleague {zoe.pk}"
    assert Event.objects.count() == events[0] + 1
    assert PilotEvent.objects.count() == events[1]
    one = Pilot.objects.get()
    assert one.history.count() == versions, "forgetting is no edit"
    assert one.name == f"{gone}'s helper"
    assert one.name_key == f"former colleague {zoe.pk}'s helper"
    assert one.summary == f"Ask {gone} or former-{zoe.pk}@removed.invalid."
    assert one.people.filter(person=gone).exists()
    assigned = PilotEvent.objects.filter(verb__startswith="person.").order_by("pk")
    assert {"id": zoe.pk, "name": str(gone)} in [
        value for event in assigned for value in (event.before | event.after).values()
    ]
    said = [one.said for one in history(gone)]
    assert said[0] == "The personal data was removed"
    assert not any("Zo" in one for one in said)


def test_ways_in_letters_and_files_go(
    cast: Cast, zoe: User, settings: LazySettings, tmp_path: Path,
    django_capture_on_commit_callbacks: object,
) -> None:  # fmt: skip
    settings.MAIL_DIR = tmp_path
    (tmp_path / "1.eml").write_text(f"To: {ADDRESS}\nSubject: Hi\n\nDear you\n")
    (tmp_path / "2.eml").write_text("To: other@example.com\nSubject: Hi\n\nDear you\n")
    found = forgetting.traces(zoe, by=cast.ada)
    assert (found.letters, found.files, found.single) == (1, 2, False)
    assert "updates" not in dict(found.rewritten)  # What pilots hold is not counted.
    assert dict(found.rewritten)["history of people and units"] > 0
    with django_capture_on_commit_callbacks(execute=True):
        gone = forget(zoe, cast)
    assert [path.name for path in tmp_path.iterdir()] == ["2.eml"]
    assert not Letter.objects.filter(person=gone).exists()
    assert not ImportUpload.objects.exists()
    assert not gone.has_usable_password()
    with pytest.raises(Refused):
        leaving.reactivate(user=gone, by=cast.ada, channel=Channel.WEB)
    with pytest.raises(Refused):
        users.edit(user=gone, name="Zoe", email="z@example.com", by=cast.ada, channel=Channel.WEB)
    with pytest.raises(Refused):
        forget(gone, cast)


def test_a_single_word_is_replaced_where_it_means_the_person_only(cast: Cast) -> None:
    """Will owns; others write "will"; a pilot bears his name; so does nobody else."""
    will = users.create(email="will@example.com", name="Will", roles=["product_owner"])
    one = pilot(cast.mona, "Will", owner=will, summary="Will it work? Will@example.com knows.")
    imports.start(by=cast.mona, file_name="a.csv", content=b"Name\nA\n")
    ImportRow.objects.create(run=ImportRun.objects.get(), number=2, cells=["Will it?", "Will"])
    leaving.deactivate(user=will, by=cast.ada, channel=Channel.WEB)
    will.refresh_from_db()
    assert forgetting.traces(will, by=cast.ada).single
    gone = forget(will, cast)
    one.refresh_from_db()
    assert one.name == "Will"
    assert one.summary == f"Will it work? former-{will.pk}@removed.invalid knows."
    assert ImportRow.objects.get().cells == ["Will it?", str(gone)]
    named = PilotEvent.objects.get(verb="pilot.registered")
    assert named.after["name"] == "Will"
    assert Event.objects.get(verb="person.added", person=gone).after["name"] == str(gone)
    assert not PilotEvent.objects.filter(after__contains={"owner": {"name": "Will"}}).exists()


def test_somebody_of_the_same_name_keeps_it(cast: Cast) -> None:
    """Only what names the leaver by number or address is rewritten."""
    both = [
        users.create(email=f"{n}@example.com", name="Ann Lee", roles=["product_owner"])
        for n in ("ann", "xann")
    ]
    one = pilot(cast.mona, owner=both[0], summary="Ask Ann Lee, xann@example.com")
    leaving.deactivate(user=both[0], by=cast.ada, channel=Channel.WEB)
    forget(both[0], cast)
    other = User.objects.get(pk=both[1].pk)
    assert (other.name, other.email) == ("Ann Lee", "xann@example.com")
    one.refresh_from_db()
    assert one.summary == "Ask Ann Lee, xann@example.com"
    owners = [e.after["owner"] for e in PilotEvent.objects.all() if "owner" in e.after]
    assert owners == [{"id": both[0].pk, "name": f"Former colleague {both[0].pk}"}]


def test_history_stays_out_of_reach_otherwise(cast: Cast, zoe: User) -> None:
    """As the application's login: nothing but this, and only for those who left, once."""
    forget(zoe, cast)
    for statement in REWRITES:
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for who in (cast.vera, zoe):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM pilotage_forget_person(%s, true)", [who.pk])


def test_the_page_says_what_goes_and_asks_twice(cast: Cast, zoe: User) -> None:
    client = Client()
    client.force_login(cast.ada)
    url = reverse("person-forget", args=[zoe.pk])
    assert url in client.get(reverse("person", args=[zoe.pk])).content.decode()
    page = client.get(url).content.decode()
    assert f"“Former colleague {zoe.pk}” takes the place of" in page
    assert "1 letter about the account" in page
    assert client.post(url).status_code == 422
    assert User.objects.get(pk=zoe.pk).name == NAME
    assert client.post(url, {"sure": "on"}).status_code == 302
    page = client.get(reverse("person", args=[zoe.pk])).content.decode()
    assert "What they did stays under" in page
    assert "Zo" not in page.replace("Zone", "")
    assert client.get(url).status_code == 422
    client.force_login(cast.mona)
    assert client.post(url, {"sure": "on"}).status_code == 403
    with pytest.raises(NotAllowed):
        forgetting.traces(zoe, by=cast.mona)
