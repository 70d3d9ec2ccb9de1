"""The tree of units: moved as a whole, never into a ring, every name once in its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.access import roles_of
from accounts.actions import unit_tree, units
from accounts.models import Channel, Event, Membership, Role, Unit, User
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import units as portfolio_units
from portfolio.models import Pilot
from tests.factories import Cast, person, pilot, unit

WEB = Channel.WEB


def true_tree() -> None:
    """Every path and lineage says what the parents say."""
    rows = {row.pk: row for row in Unit.objects.all()}
    for row in rows.values():
        above = rows.get(row.parent_id)
        assert row.lineage == f"{above.lineage if above else '/'}{row.pk}/"
        assert row.path == (f"{above.path} / {row.name}" if above else row.name)


def test_a_subtree_moves_in_a_constant_number_of_statements(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    top, other = unit("Claims"), unit("Logistics")
    for n in range(30):
        unit("Claims", "Motor", f"Team {n}")
    motor = unit("Claims", "Motor")
    with django_assert_max_num_queries(12):
        unit_tree.move(unit=motor, parent=other, by=cast.ada, channel=WEB)
    true_tree()
    assert Unit.objects.below(other.lineage).count() == 32
    assert Unit.objects.below(top.lineage).count() == 1
    event = Event.objects.get(verb="unit.moved")
    assert event.before["parent"]["name"] == "Claims"
    assert event.after["parent"]["name"] == "Logistics"


def test_rights_follow_the_move(cast: Cast) -> None:
    lena = person("Lena", Role.PORTFOLIO_MANAGER, unit=unit("Logistics"))
    motor = unit("Claims", "Motor")
    assert not roles_of(lena).manages(motor.lineage)
    moved = unit_tree.move(unit=motor, parent=unit("Logistics"), by=cast.ada, channel=WEB)
    assert roles_of(lena).manages(moved.lineage)


def test_no_ring_and_no_second_of_a_name(cast: Cast) -> None:
    claims, motor = unit("Claims"), unit("Claims", "Motor")
    unit("Logistics", "MOTOR")
    for parent in (claims, motor):
        with pytest.raises(Refused, match="below itself"):
            unit_tree.move(unit=claims, parent=parent, by=cast.ada, channel=WEB)
    with pytest.raises(Refused, match="already a unit"):
        unit_tree.move(unit=motor, parent=unit("Logistics"), by=cast.ada, channel=WEB)
    with pytest.raises(Refused, match="already a unit"):
        unit_tree.create(name=" motor ", parent=claims, by=cast.ada, channel=WEB)
    with pytest.raises(NotAllowed):
        unit_tree.move(unit=motor, parent=None, by=cast.mona, channel=WEB)
    true_tree()


def test_a_rename_reaches_every_path_below(cast: Cast) -> None:
    claims = unit("Claims")
    unit("Claims", "Motor", "Fleet")
    unit_tree.rename(unit=claims, name="Damage", version=1, by=cast.ada, channel=WEB)
    true_tree()
    with pytest.raises(Conflict):
        unit_tree.rename(unit=claims, name="Loss", version=1, by=cast.ada, channel=WEB)
    for wrong in ("", "\u202e", "x" * 201):
        with pytest.raises(Refused):
            unit_tree.rename(
                unit=claims, name=wrong, version=Unit.objects.get(pk=claims.pk).version,
                by=cast.ada, channel=WEB,
            )  # fmt: skip


def test_names_too_long_together_are_refused(cast: Cast) -> None:
    node = unit(*[f"{n} {'x' * 190}" for n in range(5)])
    with pytest.raises(Refused, match="too long"):
        unit_tree.move(unit=unit("z" * 200), parent=node, by=cast.ada, channel=WEB)
    true_tree()


def test_an_empty_unit_is_merged_with_roles_and_units_below(cast: Cast) -> None:
    old, new = unit("Old"), unit("New")
    unit("Old", "Team")
    lena = person("Lena", Role.PORTFOLIO_MANAGER, unit=old)
    one = pilot(cast.mona, unit=old)
    with pytest.raises(Refused, match="1 pilot belongs to Old"):
        portfolio_units.merge(unit=old, into=new, by=cast.ada, channel=WEB)
    one.delete()
    with pytest.raises(Refused, match="itself"):
        portfolio_units.merge(unit=old, into=unit("Old", "Team"), by=cast.ada, channel=WEB)
    portfolio_units.merge(unit=old, into=new, by=cast.ada, channel=WEB)
    true_tree()
    assert Unit.objects.get(pk=old.pk).retired_on
    assert Unit.objects.get(name="Team").parent == new
    assert Membership.objects.current().get(user=lena).unit == new


def test_what_one_may_not_see_goes_along_and_is_not_told(cast: Cast) -> None:
    old, new = unit("Old"), unit("New")
    lena = person("Lena", Role.PORTFOLIO_MANAGER, unit=old)
    one = pilot(cast.mona, unit=old, restricted=True)
    portfolio_units.merge(unit=old, into=new, by=cast.ada, channel=WEB)
    one.refresh_from_db()
    assert one.unit == new
    assert Pilot.objects.visible_to(User.objects.get(pk=lena.pk)).get() == one
    told = one.events.get(verb="pilot.edited")
    assert (told.before["unit"]["name"], told.after["unit"]["name"]) == ("Old", "New")


def test_only_an_empty_unit_is_retired(cast: Cast) -> None:
    old, team = unit("Old"), unit("Old", "Team")
    one = pilot(cast.mona, unit=team)
    with pytest.raises(Refused, match="units below it"):
        portfolio_units.retire(unit=old, by=cast.ada, channel=WEB)
    with pytest.raises(Refused, match="1 active pilot belongs"):
        portfolio_units.retire(unit=team, by=cast.ada, channel=WEB)
    one.delete()
    portfolio_units.retire(unit=team, by=cast.ada, channel=WEB)
    portfolio_units.retire(unit=old, by=cast.ada, channel=WEB)
    with pytest.raises(Refused, match="Reopen that first"):
        unit_tree.reopen(unit=team, by=cast.ada, channel=WEB)
    with pytest.raises(Refused, match="was retired"):
        unit_tree.create(name="New", parent=old, by=cast.ada, channel=WEB)
    unit_tree.reopen(unit=old, by=cast.ada, channel=WEB)
    assert [e.verb for e in Event.objects.filter(unit=old).order_by("pk")] == [
        "unit.retired", "unit.reopened",
    ]  # fmt: skip


class AnyMoves(TestCase):
    """Whatever is moved where, in whatever order, the tree stays a tree."""

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 6)), max_size=12))
    def test_the_tree_stays_true(self, moves: list[tuple[int, int]]) -> None:
        from tests.factories import make_cast

        ada = make_cast().ada
        made = [units.ensure(name=f"U{n}") for n in range(7)]
        for what, where in moves:
            parent = made[where] if where >= 0 else None
            try:
                unit_tree.move(unit=made[what], parent=parent, by=ada, channel=WEB)
            except Refused:
                continue
        true_tree()
