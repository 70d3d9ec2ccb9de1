from datetime import timedelta
from typing import Any

from common import clock
from portfolio.actions import flags, people, rollup
from portfolio.flags import words
from portfolio.models import Flag
from portfolio.queries.flags import flag_groups, open_flags
from tests import factories
from tests.factories import Cast


def test_the_flags_of_a_page_in_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    today = clock.today()
    old = factories.pilot(cast.mona, "Old", stage="poc", stage_since=today - timedelta(days=140))
    new = factories.pilot(cast.mona, "New")
    flag = Flag.objects.get(pilot=old, rule="NO_OWNER")
    flags.snooze(flag=flag, by=cast.mona, channel="web", until=today, reason="Hiring")
    with django_assert_num_queries(1):
        found = open_flags([old.pk, new.pk], today)
    shown = [(f.rule, f.why, f.snoozed, f.stalls) for f in found[old.pk]]
    assert shown[0] == ("STALE_POC", "In PoC for 140 days", False, True)
    assert ("NO_OWNER", "No owner", True, False) in shown
    assert [f.rule for f in found[new.pk]] == ["NO_OWNER"]
    tomorrow = open_flags([old.pk], today + timedelta(days=1))[old.pk]
    assert not any(f.snoozed for f in tomorrow)


def test_groups_count_what_the_person_can_see(cast: Cast, django_assert_num_queries: Any) -> None:
    factories.pilot(cast.mona, "Open one")
    secret = factories.pilot(cast.mona, "Secret one", restricted=True)
    today = clock.today()

    def no_owner(user: Any) -> tuple[int, int, list[str]]:
        group = next(g for g in flag_groups(user, today).groups if g.rule.code == "NO_OWNER")
        return group.open, group.snoozed, [e.name for e in group.examples]

    assert no_owner(cast.vera) == (1, 0, ["Open one"])
    assert no_owner(cast.mona) == (2, 0, ["Open one", "Secret one"])
    people.assign(pilot=secret, person=cast.vera, by=cast.mona, channel="web", role="sponsor")
    assert no_owner(cast.vera) == (2, 0, ["Open one", "Secret one"])
    flag = Flag.objects.get(pilot=secret, rule="NO_OWNER")
    flags.snooze(flag=flag, by=cast.mona, channel="web", until=today, reason="Hiring")
    assert no_owner(cast.otto) == (1, 1, ["Open one"])
    fresh = type(cast.vera).objects.get(pk=cast.vera.pk)
    with django_assert_num_queries(4):  # Roles, what was counted before, counts, examples.
        flag_groups(fresh, today)


def test_large_portfolios_are_counted_before_and_the_restricted_on_top(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    today = clock.today()
    factories.pilot(cast.mona, "Open one")
    factories.pilot(cast.mona, "Old", stage="poc", stage_since=today - timedelta(days=140))
    secret = factories.pilot(cast.mona, "Secret one", restricted=True)
    people.assign(pilot=secret, person=cast.alice, by=cast.mona, channel="web", role="sponsor")
    asleep = Flag.objects.get(pilot=secret, rule="NO_OWNER")
    flags.snooze(flag=asleep, by=cast.mona, channel="web", until=today, reason="Hiring")
    people_here = (cast.vera, cast.alice, cast.mona, cast.otto)
    live = {user.pk: flag_groups(user, today) for user in people_here}
    rollup.refresh(live=0)
    for user in people_here:
        kept, counted = flag_groups(user, today), live[user.pk]
        assert (kept.computed_at is None, counted.computed_at) == (False, None)
        assert kept.groups == counted.groups
    assert live[cast.vera.pk].groups != live[cast.mona.pk].groups
    Flag.objects.filter(pilot=secret).update(closed_at=clock.now())
    # What was counted is at most a minute old; for others, the restricted ones are counted now.
    assert flag_groups(cast.otto, today).groups != flag_groups(cast.alice, today).groups
    with django_assert_num_queries(2):
        flag_groups(cast.otto, today)


def test_a_rule_that_is_gone_has_words(db: None) -> None:
    today = clock.today()
    assert words.title("GONE_RULE") == "Gone rule"
    assert words.why("GONE_RULE", {}, today) == "Gone rule"
    assert words.help_text("GONE_RULE") == ""
