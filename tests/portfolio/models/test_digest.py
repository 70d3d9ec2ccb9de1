from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common import clock
from portfolio.models import Digest
from tests import factories


@pytest.fixture
def row(db: None) -> Digest:
    now = clock.now()
    return Digest.objects.create(
        period="2026-W47", recipient=factories.person("Alice"), due_at=now, planned_at=now
    )


@pytest.mark.parametrize(
    "values",
    [
        {"state": "gone"}, {"state": "failed", "reason": ""}, {"state": "sent", "sent_at": None},
        {"state": "skipped", "reason": ""},
    ],
)  # fmt: skip
def test_what_the_ledger_itself_refuses(row: Digest, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.update(**values)
    row.pk = None
    with pytest.raises(IntegrityError, match="one_a_week"), transaction.atomic():
        row.save()
