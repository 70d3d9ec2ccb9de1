"""Loading checklists again and again, and publishing a new version."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.models import Channel, Event
from readiness.actions import catalog
from readiness.catalog import Item, Template, read_all, written
from readiness.models import (
    Answer,
    Assessment,
    ChecklistItem,
    ChecklistTemplate,
    Gate,
    Origin,
    ScoreDay,
)
from readiness.queries.catalog import template_of
from tests.factories import Cast, pilot
from tests.factories.answers import answer


def production() -> Template:
    return next(t for t in read_all() if t.slug == "production")


def test_migrating_has_loaded_the_ten_questions(db: None) -> None:
    current = ChecklistTemplate.objects.get(slug="production", current=True)
    assert current.items.count() == 10


def test_what_is_not_published_is_not_asked(db: None) -> None:
    written = {t.slug for t in read_all() if not t.published}
    assert not ChecklistTemplate.objects.filter(slug__in=written).exists()


def test_loading_again_changes_nothing(db: None) -> None:
    before = list(ChecklistTemplate.objects.values())
    out = StringIO()
    call_command("sync_catalog", stdout=out)
    assert list(ChecklistTemplate.objects.values()) == before
    assert out.getvalue() == ""


def test_a_published_version_never_changes(db: None) -> None:
    changed = replace(production(), title="Another title")
    with pytest.raises(Refused, match="Raise the version"):
        catalog.sync(templates=[changed])


def test_answers_follow_their_code_into_a_new_version(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    answer(one, "latency", cast.alice)
    answer(one, "training", cast.alice)
    template = production()
    kept = tuple(item for item in template.items if item.code != "training")
    added = Item("accents", "Accents?", "x", "y", "data", "groundwork", "technical")
    version = template.version + 1
    second = replace(
        template, version=version, items=(*kept, added, replace(added, code="dialects"))
    )
    (loaded,) = catalog.sync(templates=[second])
    # Somebody has a score on it, so that the new version waits for people to look at it.
    assert loaded.effective_on == clock.today() + catalog.NOTICE
    assert catalog.take_effect(as_of=clock.today()) == 0
    assert catalog.take_effect(as_of=loaded.effective_on) == 1
    assert catalog.take_effect(as_of=loaded.effective_on) == 0
    loaded.refresh_from_db()
    assert str(loaded) == f"Production readiness v{version}"
    assert loaded.items.count() == 11
    now = Answer.objects.open_interval().asked("production").get()
    # It was given to the question, and says which wording was read.
    assert (now.key, now.item.template.version, now.author) == (
        "production.latency", template.version, cast.alice,
    )  # fmt: skip
    kept_score = Assessment.objects.get(checklist="production")
    assert kept_score.template == loaded
    assert (kept_score.met, kept_score.total) == (1, 11)
    assert catalog.sync(templates=[second]) == []


WEB: Any = Channel.WEB
OWN = Template(
    "own-house", 1, "House rules", "", "", (
        Item("named", "Is somebody named?", "A name.", "Ask.", "data", "groundwork", "technical"),
        Item("latency", "Fast?", "Both numbers.", "Measure.", "scale", "controlled", "technical",
             kind="latency", same_as="production.latency"),
    ),
)  # fmt: skip


def own(version: int = 1, **changes: Any) -> ChecklistTemplate:
    (row,) = catalog.sync(templates=[replace(OWN, version=version, **changes)], origin=Origin.FILE)
    return row


def test_a_new_list_begins_with_the_answers_it_shares(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    answer(one, "latency", cast.alice)
    row = own()
    assert row.current
    found = Assessment.objects.get(checklist="own-house")
    assert (found.pilot, found.met, found.total, found.template) == (one, 1, 2, row)


def test_a_later_file_takes_the_place_of_the_one_that_waits(cast: Cast) -> None:
    answer(pilot(cast.mona, owner=cast.alice), "latency", cast.alice)
    own()
    second = own(2, title="Second")
    third = own(3, title="Third")
    second.refresh_from_db()
    assert (second.effective_on, second.retired_on) == (None, clock.today())
    assert third.effective_on == clock.today() + catalog.NOTICE
    late = own(1 + 1 + 2, title="Fourth")
    assert late.effective_on is not None


def test_a_version_gets_another_day_and_is_called_off(cast: Cast) -> None:
    answer(pilot(cast.mona, owner=cast.alice), "latency", cast.alice)
    first, second = own(), own(2, title="Second")
    on = clock.today() + timedelta(days=3)
    catalog.schedule(template=second, by=cast.mona, channel=WEB, on=on)
    second.refresh_from_db()
    assert second.effective_on == on
    for wrong in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=400)):
        with pytest.raises(Refused, match="within the next year"):
            catalog.schedule(template=second, by=cast.mona, channel=WEB, on=wrong)
    catalog.call_off(template=second, by=cast.mona, channel=WEB)
    with pytest.raises(Conflict, match="does not wait"):
        catalog.call_off(template=second, by=cast.mona, channel=WEB)
    assert catalog.take_effect(as_of=on) == 0
    catalog.schedule(template=second, by=cast.mona, channel=WEB, on=clock.today())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.current, first.retired_on, second.current) == (False, clock.today(), True)
    with pytest.raises(Conflict, match="not a later version"):
        catalog.schedule(template=first, by=cast.mona, channel=WEB, on=clock.today())
    verbs = Event.objects.filter(verb__startswith="checklist.", actor=cast.mona)
    assert list(verbs.order_by("pk").values_list("verb", flat=True)) == [
        "checklist.scheduled", "checklist.called_off", "checklist.scheduled",
    ]  # fmt: skip


def test_two_versions_cannot_wait(cast: Cast) -> None:
    answer(pilot(cast.mona, owner=cast.alice), "latency", cast.alice)
    own()
    second, third = own(2, title="Second"), own(3, title="Third")
    with pytest.raises(Refused, match="Third v3 waits"):
        catalog.schedule(template=second, by=cast.mona, channel=WEB, on=clock.today())
    assert third.effective_on


def test_a_list_of_the_company_is_retired_and_brought_back(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    answer(one, "latency", cast.alice)
    row = own()
    Gate.objects.create(stage="rollout", mode="warn", checklists=["own-house"])
    with pytest.raises(Refused, match="The gate before Rollout asks this list"):
        catalog.retire(template=row, by=cast.mona, channel=WEB)
    Gate.objects.all().delete()
    catalog.retire(template=row, by=cast.ada, channel=WEB, reason="Merged into another")
    row.refresh_from_db()
    assert (row.current, row.retired_on) == (False, clock.today())
    assert not Assessment.objects.filter(checklist="own-house").exists()
    assert own(2, title="Second").retired_on == clock.today()
    with pytest.raises(Conflict, match="is not asked now"):
        catalog.retire(template=row, by=cast.mona, channel=WEB)
    catalog.bring_back(template=row, by=cast.mona, channel=WEB)
    row.refresh_from_db()
    assert (row.current, row.retired_on) == (True, None)
    assert Assessment.objects.get(checklist="own-house").met == 1
    with pytest.raises(Conflict, match="not a retired list"):
        catalog.bring_back(template=row, by=cast.mona, channel=WEB)
    assert Event.objects.get(verb="checklist.retired").reason == "Merged into another"


def test_what_is_shipped_stays(cast: Cast) -> None:
    row = ChecklistTemplate.objects.get(slug="production", current=True)
    with pytest.raises(Refused, match="cannot be retired"):
        catalog.retire(template=row, by=cast.mona, channel=WEB)


def test_only_those_who_speak_for_the_whole_company(cast: Cast) -> None:
    row = own()
    for who in (cast.alice, cast.charlie, cast.ed, cast.otto):
        with pytest.raises(NotAllowed, match="whole company"):
            catalog.retire(template=row, by=who, channel=WEB)
        with pytest.raises(NotAllowed):
            catalog.schedule(template=row, by=who, channel=WEB, on=clock.today())
        with pytest.raises(NotAllowed):
            catalog.call_off(template=row, by=who, channel=WEB)
        with pytest.raises(NotAllowed):
            catalog.bring_back(template=row, by=who, channel=WEB)


def test_the_curve_says_which_version_counted(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    answer(one, "latency", cast.alice)
    first, second = own(), own(2, items=OWN.items[1:])
    on = clock.today() + timedelta(days=5)
    catalog.schedule(template=second, by=cast.mona, channel=WEB, on=on)
    catalog.take_effect(as_of=on)
    days = ScoreDay.objects.filter(pilot=one, checklist="own-house").order_by("day")
    assert list(days.values_list("day", "template", "met", "total")) == [
        (clock.today(), first.pk, 1, 2), (on, second.pk, 1, 1),
    ]  # fmt: skip


def test_what_an_earlier_version_counted_late_is_counted_anew(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    answer(one, "latency", cast.alice)
    first, second = own(), own(2, items=OWN.items[1:])
    catalog.schedule(template=second, by=cast.mona, channel=WEB, on=clock.today())
    # An answer that was saved while the version changed counted by the earlier one.
    Assessment.objects.filter(checklist="own-house").update(template=first, total=2)
    assert catalog.take_effect(as_of=clock.today()) == 0
    assert Assessment.objects.get(checklist="own-house").template == second


REFUSED = (
    "UPDATE readiness_checklisttemplate SET title = 'Easier' WHERE slug = 'production'",
    "UPDATE readiness_checklisttemplate SET version = 99 WHERE slug = 'production'",
    "UPDATE readiness_checklisttemplate SET current = false, size = 3 WHERE slug = 'production'",
    "DELETE FROM readiness_checklisttemplate WHERE slug = 'production'",
    "TRUNCATE readiness_checklisttemplate CASCADE",
    "UPDATE readiness_checklistitem SET question = 'Is it nice?' WHERE code = 'latency'",
    "UPDATE readiness_checklistitem SET must_have = false",
    "DELETE FROM readiness_checklistitem WHERE code = 'latency'",
    "TRUNCATE readiness_checklistitem CASCADE",
    (
        "INSERT INTO readiness_checklistitem (template_id, position, code, key, question, evidence,"
        ' close, dimension, level, side, must_have, stage, "when", kind, factor, covers, rungs) '
        "SELECT template_id, position + 300, code || '2', key || '2', question, evidence, close, "
        'dimension, level, side, must_have, stage, "when", kind, factor, covers, rungs '
        "FROM readiness_checklistitem WHERE code = 'latency'"
    ),
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_lets_nobody_change_a_published_version(db: None, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("pilotage_app",)
        refused = pytest.raises(DatabaseError, match=r"permission denied|is complete")
        with refused, transaction.atomic():
            cursor.execute(statement)


@pytest.mark.parametrize("statement", [one for one in REFUSED if "TRUNCATE" not in one])
def test_a_trigger_refuses_the_owner_of_the_tables_too(
    test_environment: dict[str, str], statement: str
) -> None:
    with psycopg.connect(test_environment["DATABASE_OWNER_URL"]) as one:
        with pytest.raises(psycopg.errors.RaiseException, match=r"Cannot|is complete"):
            one.execute(statement.encode())
        one.rollback()


@pytest.mark.parametrize("column", ["current", "effective_on", "retired_on"])
def test_only_three_columns_move(db: None, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE readiness_checklisttemplate SET {column} = {column}")


def test_a_stored_version_is_what_its_file_says(db: None) -> None:
    for template in read_all():
        row = ChecklistTemplate.objects.get(slug=template.slug, version=template.version)
        stored = template_of(row, row.items.all())
        assert stored.checksum == row.checksum == template.checksum
        assert row.size == row.items.count()


def test_no_answer_is_asked_in_a_circle(db: None) -> None:
    own_keys = {
        item.key for item in ChecklistItem.objects.select_related("template")
        if item.key == f"{item.template.slug}.{item.code}"
    }  # fmt: skip
    assert set(ChecklistItem.objects.values_list("key", flat=True)) <= own_keys


def run(folder: Path, settings: Any) -> tuple[str, str]:
    settings.CATALOG_DIR = str(folder)
    out, err = StringIO(), StringIO()
    call_command("sync_catalog", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_folder_of_own_lists_is_loaded_beside_the_shipped_ones(
    db: None, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "own-house.toml").write_text(written(OWN))
    (tmp_path / "production.toml").write_text(written(production()))
    (tmp_path / "own-broken.toml").write_text("slug = ")
    (tmp_path / "own-lost.toml").write_text(
        written(replace(OWN, slug="own-lost")).replace("production.latency", "nowhere.latency")
    )
    (tmp_path / "own-bytes.toml").write_bytes(b"\xff\xfe")
    out, err = run(tmp_path, settings)
    assert out == "Loaded the checklist House rules v1.\n"
    assert "own-broken.toml is not a checklist template" in err
    assert "own-bytes.toml cannot be read" in err
    assert "production.toml: the slug of a list of your own begins with “own-”" in err
    assert "own-lost: item “latency” is the same as “nowhere.latency”" in err
    row = ChecklistTemplate.objects.get(slug="own-house")
    assert (row.origin, row.current) == ("file", True)
    assert run(tmp_path, settings)[0] == ""


def test_a_changed_file_and_a_missing_folder_say_what_to_do(
    db: None, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "own-house.toml").write_text(written(OWN))
    run(tmp_path, settings)
    (tmp_path / "own-house.toml").write_text(written(replace(OWN, title="Another")))
    assert "Raise the version in the file" in run(tmp_path, settings)[1]
    assert "There is no folder" in run(tmp_path / "nowhere", settings)[1]
