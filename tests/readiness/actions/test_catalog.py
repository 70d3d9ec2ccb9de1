"""Loading checklists again and again, and publishing a new version."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from common.errors import Refused
from readiness.actions import catalog
from readiness.catalog import Item, Template, read_all
from readiness.models import Answer, Assessment, ChecklistTemplate
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
    second = replace(template, version=3, items=(*kept, added, replace(added, code="dialects")))
    (loaded,) = catalog.sync(templates=[second])
    assert str(loaded) == "Production readiness v3"
    assert loaded.items.count() == 11
    now = Answer.objects.open_interval().asked("production").get()
    # It was given to the question, and says which wording was read.
    assert (now.key, now.item.template.version, now.author) == (
        "production.latency", 2, cast.alice,
    )  # fmt: skip
    kept_score = Assessment.objects.get(checklist="production")
    assert kept_score.template == loaded
    assert (kept_score.met, kept_score.total) == (1, 11)
    assert catalog.sync(templates=[second]) == []
