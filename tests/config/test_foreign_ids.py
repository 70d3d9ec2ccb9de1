"""What hangs on one pilot is not to be reached under the address of another one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests.config.access.table import NONE, TABLE
from tests.config.access.world import World, make_world
from tests.config.test_nasty_input import asked


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def test_ids_of_another_pilot_lead_nowhere(world: World) -> None:
    """Asked by a manager, who may do everything on both."""
    foreign = world.made[str(world.hidden.pk)]
    found, tried = [], 0
    for name, row in TABLE.items():
        given = row.args(world, False) if row.args and row.pilot else {}
        for key in set(given) & set(foreign):
            url = reverse(name, kwargs=given | {key: foreign[key]})
            for method, answer in (("GET", row.get), ("POST", row.post)):
                if answer is NONE:
                    continue
                tried += 1
                status = asked(world.client("manager"), method, url).status_code
                if status != 404:
                    found.append(f"{status} for {method} {url}")
    assert found == []
    assert tried > 30
