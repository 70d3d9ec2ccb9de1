from datetime import timedelta

from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from portfolio.actions import flags
from portfolio.flags.registry import rules
from portfolio.models import FlagLimit
from tests import factories
from tests.factories import Cast


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_rule_with_what_it_found_and_how_to_clear_it(cast: Cast) -> None:
    since = clock.today() - timedelta(days=140)
    factories.pilot(cast.mona, "Invoice reader", stage="poc", stage_since=since)
    flags.sweep()
    page = signed_in(cast.vera).get(reverse("flags")).content.decode()
    assert "In PoC for 140 days" in page
    assert "Invoice reader" in page
    assert "?flag=STALE_POC" in page
    assert "To clear it:" in page
    for code in rules:
        assert f"rule-{code}" in page


def test_a_restricted_pilot_is_neither_named_nor_counted(cast: Cast) -> None:
    factories.pilot(cast.mona, "Secret thing", restricted=True)
    page = signed_in(cast.vera).get(reverse("flags")).content.decode()
    assert "Secret thing" not in page
    assert "No rule has anything to say" in page
    assert "Secret thing" in signed_in(cast.otto).get(reverse("flags")).content.decode()


def test_limits_are_tried_then_set_by_administrators(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    type(pilot).objects.update(registered_on=clock.today() - timedelta(days=10))
    client, address = signed_in(cast.ada), reverse("flag-limits")
    wish = {"rule": "NO_UPDATE", "limit": "7", "stage": "", "audience": ""}
    tried = client.get(address, wish).content.decode()
    assert "No update flags 0 pilots that you can see now; with this limit it would be 1." in tried
    assert not FlagLimit.objects.exists()
    assert client.post(address, wish).status_code == 302
    row = FlagLimit.objects.get()
    assert (row.rule, row.limit, row.stage) == ("NO_UPDATE", 7, "")
    page = client.get(address).content.decode()
    assert "an administrator" in page
    assert client.post(address, {**wish, "limit": ""}).status_code == 302
    assert not FlagLimit.objects.exists()


def test_a_limit_that_is_none(cast: Cast) -> None:
    client = signed_in(cast.ada)
    for wrong in ({"rule": "NONE_SUCH", "limit": "7"}, {"rule": "NO_UPDATE", "limit": "-1"}):
        assert client.post(reverse("flag-limits"), wrong).status_code == 422
        assert client.get(reverse("flag-limits"), wrong).status_code == 422
    assert not FlagLimit.objects.exists()


def test_only_administrators_see_the_limits(cast: Cast) -> None:
    assert signed_in(cast.mona).get(reverse("flag-limits")).status_code == 403
    assert "flags/limits" not in signed_in(cast.mona).get(reverse("flags")).content.decode()
    assert "flags/limits" in signed_in(cast.ada).get(reverse("flags")).content.decode()
