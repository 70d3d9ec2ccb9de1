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
