"""The company's settings: who, what follows, two at once, and where they show."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.actions import company as actions
from accounts.models import Channel, CompanySettings, Event, User
from common import clock, company
from common.errors import Conflict, NotAllowed, Refused
from common.templatetags.ui import moment
from portfolio.actions import imports, uploads
from portfolio.models import ImportRun, ImportState, ImportUpload
from tests.factories import Cast, pilot

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fields(**changed: object) -> dict[str, object]:
    now = company.current()
    usual = {
        "version": 0, "name": now.name, "zone": now.zone, "currency": now.currency,
        "fiscal_month": 1, "band_low": 10, "band_high": 40, "band_source": now.band_source,
        "wip_limit": "", "keep_uploads": "",
    }  # fmt: skip
    return usual | changed


def sealed(client: Client, wanted: dict[str, object]) -> dict[str, object]:
    """The second POST: with the seal of what the first one showed."""
    html = client.post(reverse("settings"), wanted).content.decode()
    (seal,) = set(re.findall(r'name="save" value="(\w+)"', html))
    return wanted | {"save": seal}


def save(user: User, **changed: object) -> company.Company:
    version = CompanySettings.objects.count()
    return actions.change(by=user, channel=Channel.WEB, version=version, **changed)


def test_the_environment_speaks_until_somebody_saves(cast: Cast) -> None:
    assert company.current() == company.from_environment()
    page = signed_in(cast.ada).get(reverse("settings")).content.decode()
    assert "come from the environment" in page
    assert settings.PILOTAGE_COMPANY in page
    assert "English, the only one so far" in page


def test_a_first_post_only_says_what_would_change(cast: Cast) -> None:
    client = signed_in(cast.ada)
    pilot(cast.mona, budget=Decimal(100))
    pilot(cast.mona, "Other", stage="poc")
    wanted = fields(
        name="Acme", zone="Asia/Tokyo", currency="usd", fiscal_month=4, wip_limit=1,
        keep_uploads=30, band_low=20,
    )  # fmt: skip
    with time_machine.travel(LATE, tick=False):
        page = client.post(reverse("settings"), wanted).content.decode()
    assert "A day begins 9 h earlier than now." in page
    assert "Today is 3 March there and 2 March by the present zone" in page
    assert "8 people have no zone of their own" in page
    assert "The amounts of 1 pilot that you can see stand in USD then; none is converted." in page
    assert "1 in PoC that you can see now: within the limit." in page
    assert "0 uploaded files are older than that: none goes yet." in page
    assert "The Overview shows 20 to 40 %" in page
    assert "The fiscal year begins on 1 April" in page
    assert not CompanySettings.objects.exists()
    other = sealed(client, fields(name="Acme")) | {"name": "Unseen"}
    assert "This would change" in client.post(reverse("settings"), other).content.decode()
    assert not CompanySettings.objects.exists(), "what was shown was something else"


def test_saving_is_in_force_everywhere(cast: Cast) -> None:
    client = signed_in(cast.ada)
    wanted = sealed(client, fields(name="Acme & Söhne", zone="Asia/Tokyo", currency="chf"))
    assert client.post(reverse("settings"), wanted).status_code == 302
    page = client.get(reverse("overview")).content.decode()
    assert "Acme &amp; Söhne" in page
    with time_machine.travel(LATE, tick=False):
        assert clock.today() == date(2026, 3, 3)
        assert moment(LATE) == "3 Mar 2026, 08:30"
    event = Event.objects.get(verb="company.changed")
    assert event.actor == cast.ada
    assert event.before == {"name": "Our company", "zone": "UTC", "currency": "EUR"}
    page = client.get(reverse("settings")).content.decode()
    assert "time zone from UTC to Asia/Tokyo" in page
    assert "come from the environment" not in page


def test_two_at_once_see_both_versions(cast: Cast) -> None:
    client = signed_in(cast.ada)
    wanted = sealed(client, fields(name="Mine"))
    save(cast.ada, name="Theirs")
    page = client.post(reverse("settings"), wanted)
    html = page.content.decode()
    assert page.status_code == 409
    assert "<td>Theirs</td><td>Mine</td>" in html
    assert 'value="Mine"' in html
    assert 'name="version" value="1"' in html
    assert client.post(reverse("settings"), wanted | {"version": 1}).status_code == 302
    assert company.current().name == "Mine"
    with pytest.raises(Conflict):
        actions.change(by=cast.ada, channel=Channel.WEB, version=7, name="Third")


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    save(cast.ada, name="Acme")
    save(cast.ada, name="Acme")
    assert CompanySettings.objects.get().version == 1
    assert Event.objects.filter(verb="company.changed").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"name": "x" * 101}, {"name": "\u202e"}, {"zone": "Mars/Base"},
        {"currency": "€"}, {"currency": "1e400"}, {"fiscal_month": 13}, {"band_low": 50},
        {"band_high": "1e400"}, {"band_low": "NaN"}, {"band_source": "x" * 301},
        {"wip_limit": 0}, {"wip_limit": "1e400"}, {"keep_uploads": -1}, {"version": "x"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_the_field(cast: Cast, wrong: dict[str, object]) -> None:
    client = signed_in(cast.ada)
    page = client.post(reverse("settings"), fields(save="1", **wrong))
    assert page.status_code == 422
    assert "errorlist" in page.content.decode()
    assert not CompanySettings.objects.exists()


def test_html_is_shown_as_text(cast: Cast) -> None:
    pilot(cast.mona)
    save(cast.ada, name="<b>x</b>", band_source="<script>1</script>")
    page = signed_in(cast.ada).get(reverse("overview")).content.decode()
    assert "<b>x</b>" not in page
    assert "<script>1" not in page
    assert "&lt;script&gt;1" in page


def test_only_administrators(cast: Cast) -> None:
    for who in (cast.mona, cast.ed, cast.vera):
        assert signed_in(who).get(reverse("settings")).status_code == 403
        with pytest.raises(NotAllowed):
            save(who, name="Theirs")
    with pytest.raises(Refused):
        save(cast.ada, version_of_mine=3)


def test_a_process_follows_within_seconds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process saved: nobody told this one, so it asks again after a while."""
    CompanySettings.objects.create(
        pk=1, name="Elsewhere", zone="UTC", currency="EUR", fiscal_month=1, band_low=10,
        band_high=40,
    )  # fmt: skip
    assert company.current().name == "Our company"
    monkeypatch.setattr(company, "FRESH", 0.0)
    assert company.current().name == "Elsewhere"


def test_the_last_known_settings_serve_while_the_database_is_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    save(cast.ada, name="Acme")
    assert company.current().name == "Acme"

    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(company, "_provider", away)
    monkeypatch.setattr(company, "FRESH", 0.0)
    assert company.current().name == "Acme"


@pytest.mark.parametrize(
    ("month", "day", "year"),
    [(1, date(2026, 3, 1), 2026), (4, date(2026, 3, 31), 2026), (4, date(2026, 4, 1), 2027)],
)
def test_a_fiscal_year_is_named_after_its_end(month: int, day: date, year: int) -> None:
    settled = company.Company("A", "UTC", "EUR", fiscal_month=month)
    assert settled.fiscal_year(day) == year


def test_old_uploads_go_when_they_are_kept_for_days_only(cast: Cast) -> None:
    run = imports.start(by=cast.mona, file_name="a.csv", content=b"Name\nA\n")
    other = imports.start(by=cast.mona, file_name="b.csv", content=b"Name\nB\n")
    long_ago = clock.now() - timedelta(days=31)
    ImportRun.objects.filter(pk=run.pk).update(state=ImportState.APPLIED, finished_at=long_ago)
    assert uploads.forget_old() == 0
    save(cast.ada, keep_uploads=30)
    assert uploads.forget_old() == 1
    assert list(ImportUpload.objects.values_list("run", flat=True)) == [other.pk]
    assert ImportRun.objects.count() == 2


def test_a_person_lands_where_they_like(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(landing="pilots", theme="dark")
    client = Client()
    form = {"login": "alice@example.com", "password": "correct horse battery staple"}
    assert client.post(reverse("account_login"), form)["Location"] == reverse("pilots")
    assert 'data-theme="dark"' in client.get(reverse("pilots")).content.decode()
    client.cookies["theme"] = "light"
    assert 'data-theme="light"' in client.get(reverse("pilots")).content.decode()


def test_another_theme_draws_the_page_anew(cast: Cast) -> None:
    client = signed_in(cast.alice)
    wanted = {
        "name": "Alice", "digest_weekday": 0, "digest_hour": 8, "landing": "my-pilots",
        "page_size": 200, "theme": "dark",
    }  # fmt: skip
    answer = client.post(reverse("account"), wanted, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("account")
    assert answer.cookies["theme"].value == ""
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.landing, alice.page_size, alice.theme) == ("my-pilots", 200, "dark")
    for wrong in ({"landing": "admin:index"}, {"page_size": 51}, {"theme": "pink"}):
        assert client.post(reverse("account"), wanted | wrong).status_code == 422
