"""A test on raw records is kept with its counts and read into the two accuracies."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import raw_tests, readings
from portfolio.models import Event, Flag, Pilot, RawTest, Reading
from tests.factories import Cast, pilot
from tests.portfolio.views.screen import as_, text


def made(cast: Cast, one: Pilot, **values: Any) -> RawTest:
    given: dict[str, Any] = {
        "pilot": one, "by": cast.alice, "channel": "web", "on": clock.today(), "raw_right": 144,
        "raw_sample": 200, "curated_right": 45, "curated_sample": 50, "random": True,
        "unprocessed": True,
    }  # fmt: skip
    return raw_tests.record(**given | values)


def test_it_reads_both_accuracies_and_opens_the_gap(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="poc", stage_since=clock.today())
    test = made(cast, one)
    assert test.passes
    found = one.metrics.order_by("preset").values_list("preset", "readings__value")
    assert list(found) == [("accuracy_curated", Decimal(90)), ("accuracy_raw", Decimal(72))]
    assert Flag.objects.open().filter(pilot=one, rule="REALITY_GAP").exists()
    reading = Reading.objects.filter(raw_test=test)[0]
    with pytest.raises(Refused, match="withdraw that one"):
        readings.withdraw(reading=reading, by=cast.alice, channel="web", reason="x")
    raw_tests.withdraw(test=test, by=cast.alice, channel="web", reason="Wrong sheet")
    assert not Reading.objects.filter(superseded_at=None).exists()
    assert not Flag.objects.open().filter(pilot=one, rule="REALITY_GAP").exists()
    with pytest.raises(Conflict):
        raw_tests.withdraw(test=test, by=cast.alice, channel="web", reason="Again")
    verbs = Event.objects.order_by("-id").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["raw_test.withdrawn", "raw_test.recorded"]


@pytest.mark.parametrize(
    ("values", "passes"),
    [({}, True), ({"raw_sample": 199}, False), ({"random": False}, False),
     ({"unprocessed": False}, False)],
)  # fmt: skip
def test_what_passes(cast: Cast, values: dict[str, Any], passes: bool) -> None:
    assert made(cast, pilot(cast.mona, owner=cast.alice), **values).passes is passes


def test_what_is_refused(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    for bad in ({"raw_right": 201}, {"curated_sample": 0}, {"on": date(2090, 1, 1)}):
        with pytest.raises(Refused):
            made(cast, one, **bad)
    with pytest.raises(NotAllowed):
        made(cast, one, by=cast.vera)
    token = uuid4()
    assert made(cast, one, token=token) == made(cast, one, token=token)
    assert RawTest.objects.count() == 1


def test_the_screens(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    client, url = as_(cast.alice), f"/pilots/{one.ref}/raw-tests/"
    token = client.get(url).context["form"]["token"].value()
    sent = {"on": str(clock.today()), "raw_sample": "120", "raw_right": "121",
            "curated_sample": "50", "curated_right": "45", "token": token}  # fmt: skip
    response = client.post(url, sent)
    assert response.status_code == 422
    assert "more than were tested" in text(response)
    assert client.post(url, sent | {"raw_right": "84"}).status_code == 302
    assert client.post(url, sent | {"raw_right": "84"}).status_code == 302
    raw = one.metrics.get(preset="accuracy_raw")
    html = text(client.get(f"/pilots/{one.ref}/metrics/{raw.pk}/"))
    for words in ("70 % (84 of 120)", "61.3 to 77.5 %", "20 points less on raw data",
                  "only 120 records, not drawn at random, prepared before"):  # fmt: skip
        assert words in html, words
    assert "does not pass: only 120 records" in text(client.get(f"/pilots/{one.ref}/"))
    test = one.raw_tests.get()
    assert client.post(f"{url}{test.pk}/", {"reason": "Wrong"}).status_code == 302
    assert client.post(f"{url}{test.pk}/", {"reason": "Wrong"}).status_code == 409
    assert "Taken out: Wrong" in text(client.get(f"/pilots/{one.ref}/metrics/{raw.pk}/"))
