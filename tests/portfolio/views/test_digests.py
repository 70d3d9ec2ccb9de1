"""One's digests in the browser, the link that stops them, and the administrators' Mail page."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import letters
from accounts.models import Letter, User
from common import clock
from portfolio.actions import digests, proposals
from portfolio.digests import mail
from portfolio.models import Digest, Event, Pilot
from tests import factories
from tests.factories import Cast


@pytest.fixture
def stale(cast: Cast) -> Pilot:
    since = clock.today() - timedelta(days=140)
    return factories.pilot(
        cast.mona, "Invoice reader", owner=cast.alice, stage="poc", stage_since=since
    )


@pytest.fixture
def kept(settings: Any, tmp_path: Path) -> Path:
    """Mails kept in a data folder, as without a mail server."""
    settings.MAIL_DIR = tmp_path / "mail"
    options = {"folder": str(settings.MAIL_DIR)}
    settings.MAILERS = {"default": {"BACKEND": "common.emails.KeptMailBackend", "OPTIONS": options}}
    return settings.MAIL_DIR  # type: ignore[no-any-return]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_next_one_can_be_read_before_it_is_sent(cast: Cast, stale: Pilot) -> None:
    client = signed_in(cast.alice)
    page = client.get(reverse("digests"))
    assert "1 stalled pilot, cost not known" in page.content.decode()
    frame = client.get(reverse("digest-html", args=["next"]))
    assert "In PoC for 140 days" in frame.content.decode()


def test_the_frame_is_sandboxed_and_the_policy_holds(cast: Cast, stale: Pilot) -> None:
    client = signed_in(cast.alice)
    page = client.get(reverse("digests"))
    frame = client.get(reverse("digest-html", args=["next"]))
    outer, inner = page["Content-Security-Policy"], frame["Content-Security-Policy"]
    assert "frame-src 'self'" in outer
    assert "'unsafe-inline'" not in outer
    assert 'sandbox="allow-popups' in page.content.decode()
    assert "sandbox allow-popups" in inner
    assert "default-src 'none'" in inner
    assert "script-src" not in inner
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert page["X-Frame-Options"] == "DENY"


def test_nothing_to_say(cast: Cast) -> None:
    client = signed_in(cast.vera)
    assert "there would be no mail" in client.get(reverse("digests")).content.decode()
    assert client.get(reverse("digest-html", args=["next"])).status_code == 404


def test_the_archive_shows_what_was_sent_and_only_to_its_reader(
    cast: Cast, stale: Pilot, kept: Path
) -> None:
    digests.run_week(week=None, late=False)
    period = Digest.objects.get(recipient=cast.alice).period
    client = signed_in(cast.alice)
    assert period in client.get(reverse("digests")).content.decode()
    assert "Sent" in client.get(reverse("digest", args=[period])).content.decode()
    shown = client.get(reverse("digest-html", args=[period])).content.decode()
    assert "Invoice reader" in shown
    other = signed_in(cast.charlie)
    assert other.get(reverse("digest", args=[period])).status_code == 404
    assert other.get(reverse("digest-html", args=[period])).status_code == 404


def test_stopping_and_having_them_again(cast: Cast) -> None:
    client = signed_in(cast.alice)
    client.post(reverse("digest-switch"))
    cast.alice.refresh_from_db()
    assert not cast.alice.digest_enabled
    assert "are stopped" in client.get(reverse("digests")).content.decode()
    client.post(reverse("digest-switch"), {"on": "1"})
    cast.alice.refresh_from_db()
    assert cast.alice.digest_enabled


def test_the_link_in_the_mail_stops_them_by_post_without_signing_in(cast: Cast) -> None:
    address = reverse("digest-unsubscribe", args=[mail.unsubscribe_token(cast.alice.pk)])
    client = Client(enforce_csrf_checks=True)
    asked = client.get(address)
    assert asked.status_code == 200
    cast.alice.refresh_from_db()
    assert cast.alice.digest_enabled  # Mail scanners follow links.
    done = client.post(
        address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert done.status_code == 200
    cast.alice.refresh_from_db()
    assert not cast.alice.digest_enabled
    assert Event.objects.get(verb="digest.unsubscribed").channel == "email"
    assert client.post(address).status_code == 200
    assert Event.objects.filter(verb="digest.unsubscribed").count() == 1


@pytest.mark.parametrize("token", ["x", "1:abc", "eyJ:1:2"])
def test_a_forged_link(cast: Cast, token: str) -> None:
    assert Client().post(reverse("digest-unsubscribe", args=[token])).status_code == 404


def test_a_token_of_another_kind_stops_nothing(cast: Cast) -> None:
    from django.core import signing

    forged = signing.dumps(cast.alice.pk, salt="something else")
    assert Client().post(reverse("digest-unsubscribe", args=[forged])).status_code == 404


# --- The administrators' Mail page ----------------------------------------------------------------


def test_kept_mails_are_shown_to_administrators(cast: Cast, stale: Pilot, kept: Path) -> None:
    digests.run_week(week=None, late=False)
    client = signed_in(cast.ada)
    page = client.get(reverse("mails")).content.decode()
    assert "alice@example.com" in page
    assert "Weekly digest" in page
    name = max(path.name for path in kept.glob("*.eml"))
    shown = client.get(reverse("mail", args=[name]))
    assert "Weekly digest" in shown.content.decode()
    html = client.get(reverse("mail-html", args=[name])).content.decode()
    assert "Invoice reader" in html
    assert "somebody else" in html
    assert "digests/stop" not in html


@pytest.mark.parametrize("who", ["alice", "vera", "mona", "ed", "otto"])
def test_nobody_else_sees_the_mail_page(cast: Cast, stale: Pilot, kept: Path, who: str) -> None:
    digests.run_week(week=None, late=False)
    name = max(path.name for path in kept.glob("*.eml"))
    client = signed_in(getattr(cast, who))
    assert client.get(reverse("mails")).status_code == 403
    assert client.get(reverse("mail", args=[name])).status_code == 403
    assert client.get(reverse("mail-html", args=[name])).status_code == 403
    assert client.post(reverse("digest-retry", args=[1])).status_code == 403


def test_letters_about_pilots_are_shown_to_their_reader_only(cast: Cast, kept: Path) -> None:
    """Asking for an owner, minutes, evidence that runs out: one of them stands for all."""
    one = factories.pilot(cast.mona, "Nightingale", restricted=True)
    rita = factories.person("Rita", "administrator")
    proposals.propose(pilot=one, person=rita, by=cast.mona, channel="web")
    Letter.objects.update(next_try_at=None)
    letters.notify(person=cast.alice, sentence="a passkey was added")
    letters.work()
    assert len(list(kept.glob("*.eml"))) == 2

    def everything(person: User) -> str:
        client = signed_in(person)
        seen = client.get(reverse("mails")).content.decode()
        for path in kept.glob("*.eml"):
            seen += client.get(reverse("mail", args=[path.name])).content.decode()
            page = client.get(reverse("mail-html", args=[path.name]))
            seen += page.content.decode()
        return seen

    told = everything(cast.ada)
    assert "Nightingale" not in told
    assert one.ref not in told
    assert "Only its reader is shown the text" in told
    assert "a passkey was added" in told
    assert "Nightingale" in everything(rita)


def test_a_restricted_pilot_leaks_to_no_administrator(cast: Cast, kept: Path) -> None:
    since = clock.today() - timedelta(days=140)
    for name, restricted in (("Public thing", False), ("Secret thing", True)):
        factories.pilot(
            cast.mona, name, owner=cast.alice, stage="poc", stage_since=since,
            restricted=restricted, monthly_burn=77_000,
        )  # fmt: skip
    digests.run_week(week=None, late=False)
    client = signed_in(cast.ada)
    seen = client.get(reverse("mails")).content.decode()
    for path in kept.glob("*.eml"):
        seen += client.get(reverse("mail", args=[path.name])).content.decode()
        seen += client.get(reverse("mail-html", args=[path.name])).content.decode()
    assert "Public thing" in seen
    assert "Secret thing" not in seen
    assert "2 stalled" not in seen
    assert "154 k" not in seen


@pytest.mark.parametrize("name", ["..", "no.eml", "x.txt", "..%2Fsecret_key", "a%00b.eml"])
def test_no_other_file_can_be_read(cast: Cast, kept: Path, name: str) -> None:
    kept.mkdir(parents=True)
    (kept.parent / "secret_key").write_text("secret")
    (kept / "x.txt").write_text("secret")
    response = signed_in(cast.ada).get(f"/mails/kept/{name}/")
    assert response.status_code in (400, 404)


def test_a_failed_one_is_sent_again_at_an_administrators_wish(
    cast: Cast, stale: Pilot, kept: Path
) -> None:
    digests.run_week(week=None, late=False)
    row = Digest.objects.get(recipient=cast.alice)
    Digest.objects.filter(pk=row.pk).update(state="failed", reason="550 No such person here")
    client = signed_in(cast.ada)
    page = client.get(reverse("mails")).content.decode()
    assert "550 No such person here" in page
    assert client.post(reverse("digest-retry", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.state == "planned"
    assert client.post(reverse("digest-retry", args=[row.pk])).status_code == 422
    assert client.post(reverse("digest-retry", args=[0])).status_code == 404
