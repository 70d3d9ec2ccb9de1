"""Units that came with a list go with it, unless somebody uses them."""

from pathlib import Path

import pytest
from django.urls import reverse

from accounts.actions import unit_tree
from accounts.models import Event, Unit
from portfolio.actions import import_undo, pilots, removals
from portfolio.models import ImportRun, Pilot
from portfolio.queries.import_undo import undoing
from portfolio.queries.import_units import ASIDE, GONE, STAYS, unit_fates
from tests import factories
from tests.factories import Cast
from tests.factories.boards import board
from tests.portfolio.actions.test_import_undo import run
from tests.portfolio.views.screen import as_, text

pytestmark = pytest.mark.django_db


def row(number: str, unit: str, name: str = "Reader") -> list[str]:
    return [number, f"{name} {number}", unit, "Idea", "", "", "", "", ""]


def unit(path: str) -> Unit:
    return Unit.objects.get(path=path)


def test_what_nothing_belongs_to_goes_and_the_rest_is_set_aside(cast: Cast, tmp_path: Path) -> None:
    run(tmp_path, row("A1", "Sales"))
    moved = run(tmp_path, row("A1", "Mints / North"), row("A2", "Mills"))
    assert set(moved.units) == {str(u.pk) for u in Unit.objects.exclude(path="Sales")}
    done = import_undo.undo(run=moved, by=cast.mona, channel="web")
    assert (done[GONE], done[ASIDE], done[STAYS]) == (2, 1, 0)
    assert set(Unit.objects.values_list("path", flat=True)) == {"Sales", "Mills"}
    assert unit("Mills").retired_on is not None
    assert not unit("Sales").retired_on
    told = Event.objects.filter(reason="The import of list.csv was undone")
    assert sorted(told.values_list("verb", flat=True)) == [
        "unit.removed", "unit.removed", "unit.retired",
    ]  # fmt: skip


def test_the_corrected_file_takes_them_up_and_can_be_undone_too(cast: Cast, tmp_path: Path) -> None:
    for _ in range(2):
        done = run(tmp_path, row("A1", "Mints / North"))
        assert Unit.objects.in_use().count() == 2
        assert import_undo.undo(run=done, by=cast.mona, channel="web")[ASIDE] == 2
    assert not Unit.objects.in_use().exists()


def test_a_pilot_taken_back_takes_its_unit_up(cast: Cast, tmp_path: Path) -> None:
    done = run(tmp_path, row("A1", "Mints / North"))
    import_undo.undo(run=done, by=cast.mona, channel="web")
    removals.take_back(pilot=Pilot.everything.get(), by=cast.mona, channel="web")
    assert Unit.objects.in_use().count() == 2


def test_what_an_administrator_retired_is_not_taken_up(cast: Cast, tmp_path: Path) -> None:
    done = run(tmp_path, row("A1", "Mints"))
    import_undo.undo(run=done, by=cast.mona, channel="web")
    mints = unit_tree.reopen(unit=unit("Mints"), by=cast.ada, channel="web")
    unit_tree.retire(unit=mints, by=cast.ada, channel="web")
    run(tmp_path, row("A1", "Mints"))
    assert unit("Mints").retired_on is not None


@pytest.mark.parametrize("use", ["pilot", "hidden", "role", "board", "below", "renamed", "moved"])
def test_whatever_uses_a_unit_keeps_it(cast: Cast, tmp_path: Path, use: str) -> None:
    done = run(tmp_path, row("A1", "Mints"))
    mints = unit("Mints")
    if use in ("pilot", "hidden"):
        factories.pilot(cast.mona, "Other", unit=mints, restricted=use == "hidden")
    elif use == "role":
        factories.person("Lena", "viewer", unit=mints)
    elif use == "board":
        board(cast.mona, unit=mints)
    elif use == "below":
        unit_tree.create(name="South", parent=mints, by=cast.ada, channel="web")
    elif use == "renamed":
        unit_tree.rename(
            unit=mints, name="The mints", version=mints.version, by=cast.ada, channel="web"
        )
    else:
        pilots.edit(pilot=Pilot.objects.get(), by=cast.mona, channel="web", summary="Ours")
    plan = undoing(done, cast.mona)
    (before,) = unit_fates(done, removed=plan.removed, moving=plan.moving)
    told = import_undo.undo(run=done, by=cast.mona, channel="web")
    assert (before.does, told[STAYS]) == (STAYS, 1)
    assert Unit.objects.get(pk=mints.pk).retired_on is None


def test_the_screen_says_so_first_and_does_just_that(cast: Cast, tmp_path: Path) -> None:
    run(tmp_path, row("A1", "Sales"))
    done = run(tmp_path, row("A1", "Mints / North"), row("A2", "Mills"), row("A3", "Moors"))
    factories.pilot(cast.mona, "Secret", unit=unit("Moors"), restricted=True)
    page = text(as_(cast.ada).get(reverse("import-undo", args=[done.pk])))
    for words in ("2 units removed", "1 unit set aside", "1 unit left in use", ">Moors</a>"):
        assert words in page
    assert "Secret" not in page
    as_(cast.ada).post(reverse("import-undo", args=[done.pk]))
    assert set(Unit.objects.in_use().values_list("path", flat=True)) == {"Sales", "Moors"}
    assert set(ImportRun.objects.get(pk=done.pk).units) == {str(unit("Mills").pk)}


def test_runs_from_before_remember_no_units(cast: Cast, tmp_path: Path) -> None:
    done = run(tmp_path, row("A1", "Mints"))
    ImportRun.objects.filter(pk=done.pk).update(units={})
    import_undo.undo(run=done, by=cast.mona, channel="web")
    assert unit("Mints").retired_on is None
