from datetime import timedelta

import pytest

from common import clock
from common.prepared import Prepared
from portfolio.models import Pilot
from tests import factories

pytestmark = pytest.mark.django_db


def test_it_asks_the_same_question_of_other_ids_and_another_day() -> None:
    cast = factories.make_cast()
    today = clock.today()
    early = factories.pilot(cast.mona, "A", decide_by=today - timedelta(days=1))
    late = factories.pilot(cast.mona, "B", decide_by=today + timedelta(days=1))
    due = Prepared(lambda day: Pilot.objects.filter(decide_by__lt=day).values_list("pk", "name"))
    assert due.ask([early.pk, late.pk], today) == [(early.pk, "A")]
    assert due.ask([late.pk], today) == []
    assert sorted(due.ask([late.pk, early.pk], today + timedelta(days=9))) == [
        (early.pk, "A"), (late.pk, "B"),
    ]  # fmt: skip


def test_no_ids_no_statement(django_assert_num_queries: object) -> None:
    names = Prepared(lambda day: Pilot.objects.values_list("pk", "name"))
    with django_assert_num_queries(0):
        assert names.ask([], clock.today()) == []
