"""A sweep looks again at what changed while it ran, and at nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from common import clock
from portfolio.actions import flags
from portfolio.flags import engine
from portfolio.models import Event, Flag, Pilot
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
TELL = (
    "INSERT INTO portfolio_event (at, pilot_id, verb, channel, before, after, reason) "
    "VALUES (now(), %s, 'pilot.edited', 'web', '{}', '{}', '')"
)


@pytest.fixture
def aside() -> Iterator[object]:
    """Another session."""
    other = connection.copy()
    yield other
    other.close()


def changed(oldest: int) -> list[int]:
    return engine.changed_since(oldest, clock.now() - timedelta(seconds=60))


def test_what_was_committed_before_is_not_looked_at_again() -> None:
    cast = factories.make_cast()
    first = factories.pilot(cast.mona)
    oldest = engine.oldest_open()
    assert changed(oldest) == []
    second = factories.pilot(cast.mona, "Another")
    assert changed(oldest) == [second.pk]
    assert first.pk not in changed(oldest)


@pytest.mark.parametrize("nested", [False, True])
def test_what_was_under_way_is(aside: object, nested: bool) -> None:
    cast = factories.make_cast()
    pilot = factories.pilot(cast.mona)
    with aside.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("BEGIN")
        cursor.execute("UPDATE portfolio_pilot SET version = version + 1 WHERE id = %s", [pilot.pk])
        if nested:
            cursor.execute("SAVEPOINT inner_part")
        cursor.execute(TELL, [pilot.pk])
        factories.unit("Something", "else")  # Transactions begin and end meanwhile.
        oldest = engine.oldest_open()
        cursor.execute("COMMIT")
    assert changed(oldest) == [pilot.pk]


def test_a_sweep_after_a_large_import_locks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = factories.make_cast()
    for n in range(5):
        factories.pilot(cast.mona, f"Pilot {n}")
    looked: list[list[int]] = []
    monkeypatch.setattr(engine, "sweep_some", lambda ids, *_: looked.append(ids))
    flags.sweep(refresh=True)
    assert looked == []


def test_many_are_looked_at_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = factories.make_cast()
    made = [factories.pilot(cast.mona, f"Pilot {n}").pk for n in range(5)]
    Flag.objects.all().delete()
    batches: list[int] = []
    usual = engine.sweep_some

    def some(ids: list[int], *args: object) -> engine.Outcome:
        batches.append(len(ids))
        return usual(ids, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(flags, "AT_ONCE", 2)
    monkeypatch.setattr(engine, "sweep_some", some)
    monkeypatch.setattr(engine, "changed_since", lambda *_: made)
    flags.sweep()
    assert batches == [2, 2, 1]
    assert Flag.objects.open().filter(pilot__in=made).exists()
    assert Event.objects.filter(pilot__in=made).exists()
    assert Pilot.objects.count() == 5
