import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from portfolio.actions import pilots
from tests.factories import make_cast, pilot

pytestmark = pytest.mark.django_db


def export(user: User, **query: str) -> str:
    client = Client()
    client.force_login(user)
    answer: Any = client.get(reverse("pilots-export"), query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def names(user: User, **query: str) -> list[str]:
    return [row["name"] for row in csv.DictReader(StringIO(export(user, **query), newline=""))]


def test_the_filtered_list_as_a_file() -> None:
    cast = make_cast()
    pilot(cast.mona, "Reader", stage="poc")
    secret = pilot(cast.mona, "=Sorter")
    assert names(cast.vera) == ["Reader", "'=Sorter"]
    assert names(cast.vera, stage="poc") == ["Reader"]
    found = json.loads(export(cast.vera, format="json"))
    assert [row["name"] for row in found] == ["Reader", "=Sorter"]
    pilots.edit(pilot=secret, by=cast.mona, channel="web", restricted=True)
    assert names(cast.vera) == ["Reader"]
    assert names(cast.mona) == ["Reader", "'=Sorter"]


def test_the_file_has_what_the_list_shows_in_its_order() -> None:
    cast = make_cast()
    pilot(cast.mona, "Alpha", stage="poc", owner=cast.alice)
    pilot(cast.mona, "=Beta", stage="poc")
    text = export(cast.vera, columns="owner,decide_by,readiness", sort="-name", stage="poc")
    rows = list(csv.DictReader(StringIO(text, newline="")))
    assert list(rows[0]) == [
        "Reference", "Name", "Unit", "Owner", "Owner's address", "Decide by", "Readiness",
    ]  # fmt: skip
    assert [row["Name"] for row in rows] == ["Alpha", "'=Beta"]
    assert rows[0]["Owner"] == "Alice"
    assert rows[0]["Readiness"] == "0 of 10"
    assert rows[1]["Owner"] == ""


def test_restricted_pilots_stay_out_of_what_is_shown() -> None:
    cast = make_cast()
    pilot(cast.mona, "Secret", restricted=True)
    assert "Secret" not in export(cast.vera, columns="owner")
    assert "Secret" in export(cast.mona, columns="owner")
