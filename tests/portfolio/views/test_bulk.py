"""One change for many pilots, through HTTP."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from portfolio.actions import pilots, tags
from portfolio.models import Channel, Event, Pilot, PilotTag
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import as_, counting, text

URL = "/pilots/change/"
SOON = "2090-01-31"


def send(client: Client, *chosen: Pilot, **values: str) -> Any:
    return client.post(URL, {"chosen": [p.pk for p in chosen], **values})


def undo_address(client: Client) -> str:
    html = text(client.get("/pilots/"))
    at = html.rindex("/pilots/change/", html.index('id="toasts"'))  # Of several the last.
    return html[at : html.index('"', at)]


def test_the_preview_says_who_gets_what_and_who_is_left(cast: Cast) -> None:
    mine = factories.pilot(cast.mona, "Mine", owner=cast.alice)
    other = factories.pilot(cast.mona, "Other")
    secret = factories.pilot(cast.mona, "Secret", restricted=True)
    ended = factories.pilot(cast.mona, "Gone", stage="stopped", owner=cast.alice)
    query = "".join(f"&chosen={p.pk}" for p in (mine, other, secret, ended))
    client = as_(cast.alice)
    html = text(client.get(f"{URL}?do=hold&see=1&until={SOON}&reason=Budget{query}"))
    assert "3 pilots chosen" in html
    assert "Secret" not in html
    assert "make 1 pilot be on hold until" in html
    assert "because it has ended" in html
    assert "because you may not edit it" in html
    assert not Event.objects.filter(verb="pilot.held").exists()


def test_a_move_is_applied_to_those_one_may_edit_and_undone(cast: Cast) -> None:
    new = factories.unit("Claims")
    mine = factories.pilot(cast.mona, "Mine", owner=cast.alice)
    also = factories.pilot(cast.mona, "Also", owner=cast.alice)
    other = factories.pilot(cast.mona, "Other")
    client = as_(cast.alice)
    assert send(client, mine, also, other, do="unit", unit=str(new.pk)).status_code == 302

    def units() -> list[str]:
        return list(Pilot.objects.order_by("name").values_list("unit__name", flat=True))

    assert units() == ["Claims", "Claims", "Sales"]
    moved = Event.objects.filter(verb="pilot.edited")
    assert len({event.after["batch"] for event in moved}) == 1
    assert moved.count() == 2
    assert {event.before["unit"]["name"] for event in moved} == {"Sales"}
    versions = set(Pilot.objects.filter(pk__in=[mine.pk, also.pk]).values_list("version"))
    assert versions == {(mine.version + 1,)}
    mine.refresh_from_db()
    pilots.edit(pilot=mine, by=cast.mona, channel=Channel.WEB, unit=factories.unit("Energy"))
    assert client.post(undo_address(client)).status_code == 302
    assert units() == ["Sales", "Energy", "Sales"]
    assert Event.objects.filter(verb="bulk.undone").count() == 1


def test_tags_are_given_and_taken_for_many_and_undone(cast: Cast) -> None:
    one, two = factories.pilot(cast.mona, "One"), factories.pilot(cast.mona, "Two")
    tags.change(pilot=one, by=cast.mona, channel=Channel.WEB, add=["Voice"])
    client = as_(cast.mona)
    assert send(client, one, two, do="tag", tag="voice, Board").status_code == 302

    def on() -> list[tuple[str, str]]:
        return sorted(PilotTag.objects.values_list("pilot__name", "tag__name"))

    whole = [("One", "Board"), ("One", "Voice"), ("Two", "Board"), ("Two", "Voice")]
    assert on() == whole
    undo = undo_address(client)
    assert client.post(undo).status_code == 302
    assert on() == [("One", "Voice")]
    assert client.post(undo).status_code == 422
    send(client, one, two, do="tag", tag="voice, Board")
    assert send(client, one, two, do="untag", tag="VOICE").status_code == 302
    assert on() == [("One", "Board"), ("Two", "Board")]
    client.post(undo_address(client))
    assert on() == whole


def test_a_hold_for_all_that_match(cast: Cast) -> None:
    for n in range(3):
        factories.pilot(cast.mona, f"Pilot {n}", stage="poc")
    factories.pilot(cast.mona, "Idea")
    client = as_(cast.mona)
    sent = {"all": "1", "match": "stage=poc", "do": "hold", "until": SOON, "reason": "Freeze"}
    assert client.post(URL, sent)["Location"] == "/pilots/?stage=poc"
    assert Pilot.objects.filter(hold_reason="Freeze").count() == 3
    client.post(undo_address(client))
    assert not Pilot.objects.exclude(on_hold_until=None).exists()


def test_the_statements_do_not_grow_with_the_pilots(cast: Cast) -> None:
    made = [factories.pilot(cast.mona, f"Pilot {n}") for n in range(40)]
    unit = factories.unit("Claims")
    client, counts = as_(cast.mona), []
    for few, name in ((made[:2], "a"), (made[2:], "b")):
        with counting() as queries:
            assert send(client, *few, do="tag", tag=name).status_code == 302
        counts.append(len(queries))
    assert counts[0] == counts[1]
    with counting() as queries:
        send(client, *made, do="unit", unit=str(unit.pk))
    assert len(queries) < 60


@pytest.mark.parametrize(
    ("do", "values"),
    [
        ("unit", {}), ("unit", {"unit": "999999"}), ("tag", {"tag": " , "}),
        ("tag", {"tag": "x" * 61}), ("hold", {"until": "2020-01-01", "reason": "x"}),
        ("hold", {"until": SOON}), ("hold", {"until": "soon", "reason": "x"}),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_changes(
    cast: Cast, do: str, values: dict[str, str]
) -> None:
    pilot = factories.pilot(cast.mona)
    before = Event.objects.count()
    assert send(as_(cast.mona), pilot, do=do, **values).status_code == 422
    assert Event.objects.count() == before


def test_a_unit_one_may_not_register_in_is_not_offered_nor_taken(cast: Cast) -> None:
    from accounts.models import Role

    claims, energy = factories.unit("Claims"), factories.unit("Energy")
    lena = factories.person("Lena", Role.PORTFOLIO_MANAGER, unit=claims)
    pilot = factories.pilot(cast.mona, unit=claims)
    client = as_(lena)
    assert "Energy" not in text(client.get(f"{URL}?do=unit&chosen={pilot.pk}"))
    assert send(client, pilot, do="unit", unit=str(energy.pk)).status_code == 422


def test_undo_is_for_ten_minutes_and_for_who_did_it(cast: Cast) -> None:
    with time_machine.travel("2026-03-02T12:00:00Z", tick=False):
        pilot = factories.pilot(cast.mona)
        client = as_(cast.mona)
        send(client, pilot, do="tag", tag="Voice")
        undo = undo_address(client)
        assert as_(cast.alice).post(undo).status_code == 422
    with time_machine.travel("2026-03-02T12:11:00Z", tick=False):
        assert as_(cast.mona).post(undo).status_code == 422


def test_nothing_chosen_offers_the_way_back(cast: Cast) -> None:
    assert "No pilot is chosen" in text(as_(cast.mona).get(URL))


def test_more_than_at_once_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from portfolio.views import bulk

    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    one, two = factories.pilot(cast.mona, "One"), factories.pilot(cast.mona, "Two")
    html = text(as_(cast.mona).get(f"{URL}?do=tag&chosen={one.pk}&chosen={two.pk}"))
    assert "Only the first 1 can be changed at once" in html
