"""Search finds what is meant: by reference, by words, with accents or without, with slips."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.models import Pilot
from portfolio.querysets import PilotQuerySet
from tests import factories
from tests.factories import Cast


@pytest.fixture
def pilots(cast: Cast) -> dict[str, Pilot]:
    texts = {
        "Invoice reader": "Reads letters of suppliers",
        "Prüfung der Verträge": "Contrôle des contrats",
        "Claims triage": "Sorts claims by urgency",
        "AI helpdesk": "Answers questions about seismic sensors",
    }
    return {
        name: factories.pilot(cast.mona, name, summary=summary) for name, summary in texts.items()
    }


def names(found: PilotQuerySet) -> set[str]:
    return set(found.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("invoice", "Invoice reader"),
        ("INVOICE read", "Invoice reader"),
        ("reader invoice", "Invoice reader"),
        ("prufung", "Prüfung der Verträge"),
        ("PRÜFUNG vertrage", "Prüfung der Verträge"),
        ("controle", "Prüfung der Verträge"),
        ("suppliers", "Invoice reader"),
        ("ai", "AI helpdesk"),
        ("invioce", "Invoice reader"),
        ("invoce raeder", "Invoice reader"),
        ("Pruefung", "Prüfung der Verträge"),
        ("clams triage", "Claims triage"),
        ("siesmic", "AI helpdesk"),
        ("in\u202evoice", "Invoice reader"),
    ],
)
def test_what_is_meant(pilots: dict[str, Pilot], typed: str, name: str) -> None:
    assert names(Pilot.objects.search(typed)) == {name}


def test_references(pilots: dict[str, Pilot]) -> None:
    one = pilots["Claims triage"]
    assert list(Pilot.objects.search(one.ref)) == [one]
    assert list(Pilot.objects.search(f"pil-{one.pk}")) == [one]
    assert one in Pilot.objects.search(str(one.pk))
    assert not Pilot.objects.search("PIL-999999999").exists()


def test_words_found_as_they_are_keep_slips_away(cast: Cast, pilots: dict[str, Pilot]) -> None:
    factories.pilot(cast.mona, "Invoicing")
    assert names(Pilot.objects.search("invoice")) == {"Invoice reader"}


def test_nothing_typed_is_everything_and_nonsense_is_nothing(pilots: dict[str, Pilot]) -> None:
    assert Pilot.objects.search("  \x00 ").count() == len(pilots)
    for typed in ("zzzzzz qqqqq", "%", "_", "\\", "%%% ___", "'; DROP TABLE", "x" * 10_000):
        assert not Pilot.objects.search(typed).exists(), typed


def test_slips_do_not_tell_of_what_may_not_be_seen(cast: Cast) -> None:
    factories.pilot(cast.mona, "Seismic", restricted=True)
    factories.pilot(cast.mona, "Seismik")
    assert names(Pilot.objects.visible_to(cast.vera).search("seismic")) == {"Seismik"}
    assert names(Pilot.objects.visible_to(cast.mona).search("seismic")) == {"Seismic"}


def test_it_asks_two_small_questions_at_most(pilots: dict[str, Pilot]) -> None:
    for typed, most in (("PIL-1", 0), ("invoice", 1), ("invioce", 2), ("nonsense", 2)):
        with CaptureQueriesContext(connection) as asked:
            Pilot.objects.search(typed)
        assert len(asked) == most
