"""A removed pilot is kept, and is nowhere: not counted, listed, flagged, exported or mailed."""

from pathlib import Path

import pytest
from django.core import mail
from django.http import Http404
from django.test import Client
from django.urls import reverse

from common import clock
from common.errors import Conflict, Refused
from portfolio.access import get_pilot
from portfolio.actions import digests, flags, imports, leavers, pilots, rollup
from portfolio.models import Flag, ImportRow, Pilot, RoleAssignment
from portfolio.queries import exports, overview
from portfolio.queries.flags import flag_groups
from portfolio.queries.similar import similar
from tests import factories
from tests.factories import Cast
from tests.portfolio.transfer.files import csv_bytes


def gone(pilot: Pilot, into: Pilot | None = None) -> Pilot:
    """Removed as the row says it; the actions have tests of their own."""
    Pilot.everything.filter(pk=pilot.pk).update(removed_at=clock.now(), merged_into=into)
    return pilot


def test_only_who_asks_for_everything_gets_it(cast: Cast) -> None:
    pilot = gone(factories.pilot(cast.mona))
    assert not Pilot.objects.exists()
    assert list(Pilot.everything.all()) == [pilot]
    assert not pilot.unit.pilots.exists()
    assert Pilot._base_manager.filter(pk=pilot.pk).exists()
    with pytest.raises(Http404):
        get_pilot(cast.mona, pilot.ref)
    with pytest.raises(Conflict, match="removed or merged"):
        pilots.edit(pilot=pilot, by=cast.mona, channel="web", name="Another")


def test_the_sweep_closes_its_flags_and_opens_none(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    assert Flag.objects.open().filter(pilot=pilot).exists()
    gone(pilot)
    flags.sweep()
    flags.sweep_pilots(pilots=[pilot.pk])
    assert not Flag.objects.open().exists()
    assert all(group.open == 0 for group in flag_groups(cast.mona, clock.today()).groups)
    flag = Flag.objects.filter(pilot=pilot)[0]
    with pytest.raises(Refused, match="removed"):
        flags.snooze(flag=flag, by=cast.mona, channel="web", until=clock.today(), reason="x")


def test_no_screen_counts_or_lists_it(cast: Cast) -> None:
    factories.pilot(cast.mona, "Claims triage")
    gone(factories.pilot(cast.mona, "Invoice reader", owner=cast.alice))
    numbers = overview.load(cast.mona, clock.today())
    assert numbers.total().pilots == 1
    assert rollup.refresh(live=0).pilots == 1
    assert overview.load(cast.mona, clock.today()).total().pilots == 1
    assert len(list(exports.rows(Pilot.objects.all()))) == 1
    assert similar("Invoice reader", user=cast.mona) == ()


def test_no_page_names_it(cast: Cast, client: Client) -> None:
    pilot = gone(factories.pilot(cast.mona, "Invoice reader", owner=cast.alice))
    client.force_login(cast.alice)
    for name in ("overview", "pilots", "my-pilots", "flags", "pilots-export"):
        response = client.get(reverse(name))
        assert response.status_code == 200
        assert b"Invoice" not in b"".join(iter(response))
    assert client.get(reverse("pilot", args=[pilot.ref])).status_code == 404


def test_nobody_is_mailed_about_it(cast: Cast) -> None:
    gone(factories.pilot(cast.mona, owner=cast.alice))
    digests.run_week(week=None, late=False)
    assert not [m for m in mail.outbox if m.to == [cast.alice.email]]


def test_a_leaver_leaves_it_too(cast: Cast) -> None:
    gone(factories.pilot(cast.mona, owner=cast.alice))
    leavers.release(person=cast.alice, by=cast.ada, channel="web", accountable=False)
    assert not RoleAssignment.objects.open().exists()


def test_its_reference_in_another_list_stays_its_own(cast: Cast) -> None:
    gone(factories.pilot(cast.mona, external_id="X-1"))
    with pytest.raises(Refused, match="removed one") as refused:
        factories.pilot(cast.mona, external_id="X-1")
    assert refused.value.field == "external_id"


HEADER = ["ID", "Name", "Unit", "Stage"]


def run(path: Path, *rows: list[str]) -> imports.Outcome:
    path.write_bytes(csv_bytes(HEADER, *rows))
    return imports.run_file(path=path, mapping=None, dry_run=False)


@pytest.mark.parametrize("number", ["X-1", ""])
@pytest.mark.django_db
def test_a_file_does_not_bring_it_back(tmp_path: Path, number: str) -> None:
    file = tmp_path / "list.csv"
    run(file, [number, "Invoice reader", "Sales", "PoC"])
    pilot = gone(Pilot.objects.get())
    again = run(file, [number, "Invoice reader", "Sales", "PoC"]).plan
    assert again.counts()["unchanged"] == 1
    assert "1 row says nothing new about pilots that were removed or merged" in again.notes[-1]
    told = run(file, [number, "Invoice reader", "Sales", "Pilot"]).plan
    assert told.counts()["failed"] == 1
    assert ImportRow.objects.latest("pk").problem == f"{pilot.ref}, its pilot, was removed here"
    assert not Pilot.objects.exists()


@pytest.mark.django_db
def test_rows_of_one_name_go_to_those_that_are_there(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    row = ["", "Invoice reader", "Sales", "PoC"]
    run(file, row, row)
    first, second = Pilot.objects.order_by("pk")
    gone(second, into=first)
    assert run(file, row).plan.counts()["unchanged"] == 1
    told = run(file, ["", "Invoice reader", "Sales", "Pilot"], row).plan
    counts = told.counts()
    assert (counts["unchanged"], counts["failed"]) == (1, 1)
    assert ImportRow.objects.get(action="failed").problem.endswith(f"merged into {first.ref} here")


@pytest.mark.django_db
def test_a_row_may_name_what_was_removed_by_hand(cast: Cast, tmp_path: Path) -> None:
    gone(factories.pilot(cast.mona, "Invoice reader"))
    made = run(tmp_path / "list.csv", ["", "Invoice reader", "Sales", "PoC"]).plan
    assert made.counts()["created"] == 1
