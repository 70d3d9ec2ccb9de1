"""Who gets which pilots, against the plain rule: stalled, visible, theirs."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Role, User
from common import clock
from portfolio.actions import people, pilots
from portfolio.digests.registry import in_order
from portfolio.models import Channel, Pilot, RoleKind
from portfolio.queries.digests import Batch
from tests import factories
from tests.factories import Cast


def told(user: User) -> dict[str, list[str]]:
    batch = Batch([User.objects.get(pk=user.pk)], clock.today())
    return {
        section.code: [line.name for line in found[user.pk].lines]
        for section in in_order()
        if user.pk in (found := section.say(batch))
    }


def old(cast: Cast, name: str, days: int = 140, **values: Any) -> Pilot:
    since = clock.today() - timedelta(days=days)
    return factories.pilot(cast.mona, name, stage="poc", stage_since=since, **values)


def test_owners_sponsors_managers_executives_and_nobody_else(cast: Cast) -> None:
    one = old(cast, "Alice's", owner=cast.alice)
    people.assign(pilot=one, person=cast.bob, by=cast.mona, channel=Channel.WEB, role="sponsor")
    people.assign(pilot=one, person=cast.vera, by=cast.mona, channel=Channel.WEB, role="reviewer")
    old(cast, "Nobody's")
    assert told(cast.alice) == told(cast.bob) == {"your_pilots": ["Alice's"]}
    assert told(cast.mona) == told(cast.ed) == {"portfolio": ["Nobody's", "Alice's"]}
    assert told(cast.vera) == told(cast.charlie) == told(cast.otto) == told(cast.ada) == {}


def test_one_mail_whatever_the_roles_and_no_pilot_twice(cast: Cast) -> None:
    old(cast, "Mine", owner=cast.mona, monthly_burn=100)
    old(cast, "Other", monthly_burn=30)
    batch = Batch([cast.mona], clock.today())
    assert told(cast.mona) == {"your_pilots": ["Mine"], "portfolio": ["Other"]}
    own, rest = batch.own()[cast.mona.pk], batch.rest()[cast.mona.pk]
    assert (own.total, rest.total) == (1, 1)
    assert (int(own.burn), int(rest.burn)) == (100, 30)


def test_held_and_snoozed_and_moving_pilots_do_not_stall(cast: Cast) -> None:
    held = old(cast, "Held", owner=cast.alice)
    tomorrow = clock.today() + timedelta(days=1)
    pilots.hold(pilot=held, by=cast.mona, channel=Channel.WEB, until=tomorrow, reason="Data")
    old(cast, "Young", days=3, owner=cast.alice)
    assert told(cast.alice) == {}


def test_a_restricted_pilot_is_told_to_those_who_may_see_it(cast: Cast) -> None:
    old(cast, "Secret", owner=cast.alice, restricted=True)
    assert told(cast.alice) == {"your_pilots": ["Secret"]}
    assert told(cast.mona) == {"portfolio": ["Secret"]}
    assert told(cast.ed) == {}
    assert Batch([cast.ed], clock.today()).rest() == {}


def test_roles_limited_to_a_subtree(cast: Cast) -> None:
    mint = factories.unit("Treasury", "Mint")
    top = factories.unit("Treasury")
    old(cast, "Below", unit=mint)
    old(cast, "Secret below", unit=mint, restricted=True)
    old(cast, "Elsewhere", unit=factories.unit("Energy"))
    manager = factories.person("Nora", Role.PORTFOLIO_MANAGER, unit=top)
    executive = factories.person("Eve", Role.EXECUTIVE, unit=top)
    assert told(manager) == {"portfolio": ["Below", "Secret below"]}
    assert told(executive) == {"portfolio": ["Below"]}


def test_worst_first_and_twenty_lines(cast: Cast) -> None:
    for number in range(23):
        old(cast, f"P{number:02}", days=100 + number, owner=cast.alice)
    ownerless = old(cast, "Two grave findings", days=95)
    batch = Batch([cast.alice, cast.mona], clock.today())
    own, rest = batch.own()[cast.alice.pk], batch.rest()[cast.mona.pk]
    assert [line.name for line in own.lines] == [f"P{n:02}" for n in range(22, 2, -1)]
    assert (own.total, own.unknown_burn) == (23, 23)
    assert [line.name for line in rest.lines][:2] == [ownerless.name, "P22"]
    assert rest.total == 24
    assert rest.lines[0].why == (
        "In PoC for 95 days",
        "Decision overdue by 4 days",
        "No owner",
    )


@pytest.mark.parametrize("many", [2, 40])
def test_as_many_queries_for_forty_people_as_for_two(
    cast: Cast, many: int, django_assert_num_queries: Any
) -> None:
    crowd = [factories.person(f"P{n}", Role.PRODUCT_OWNER) for n in range(many)]
    for person in crowd:
        old(cast, f"Of {person}", owner=person)
    batch_of = [*crowd, cast.mona, cast.ed]
    with django_assert_num_queries(8):  # Roles, own, 2 scopes of 2, flags, owners.
        batch = Batch(batch_of, clock.today())
        said = [section.say(batch) for section in in_order()]
    assert len(said[0]) == many


def test_all_that_is_told_is_visible(cast: Cast) -> None:
    """Every mixture of roles and restrictions, held against visible_to and stalled."""
    units = [factories.unit("A"), factories.unit("A", "B"), factories.unit("C")]
    crowd = [
        factories.person(f"{role}{n}", role, unit=unit)
        for role in (Role.PORTFOLIO_MANAGER, Role.EXECUTIVE, Role.AUDITOR, Role.VIEWER)
        for n, unit in enumerate([None] if role == Role.AUDITOR else [None, *units])
    ]
    for number, unit in enumerate(units * 4):
        pilot = old(cast, f"Pilot {number}", unit=unit, restricted=number % 3 != 0)
        for role in (RoleKind.OWNER, RoleKind.SPONSOR):
            holder = crowd[(number * 5 + len(role)) % len(crowd)]
            people.assign(pilot=pilot, person=holder, by=cast.mona, channel=Channel.WEB, role=role)
    today: date = clock.today()
    batch = Batch(crowd, today)
    own, rest = batch.own(), batch.rest()
    for person in crowd:
        mine = own[person.pk].lines if person.pk in own else ()
        others = rest[person.pk].lines if person.pk in rest else ()
        visible = Pilot.objects.visible_to(person).stalled(today)
        lineages = [m.unit.lineage if m.unit else "/" for m in person.memberships.all()]
        sees = person.memberships.get().role in (Role.PORTFOLIO_MANAGER, Role.EXECUTIVE)
        expected = {
            pilot.pk
            for pilot in visible.select_related("unit")
            if pilot.people.filter(person=person).exists()
            or (sees and any(pilot.unit.lineage.startswith(place) for place in lineages))
        }
        found = [line.pilot for line in (*mine, *others)]
        assert sorted(found) == sorted(expected), person
        total = sum(s[person.pk].total for s in (own, rest) if person.pk in s)
        assert total == len(expected)
