from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

if TYPE_CHECKING:
    from readiness.models import ChecklistDraft
    from tests.factories import Cast


@pytest.fixture
def mona(client: Client, cast: Cast) -> Client:
    client.force_login(cast.mona)
    return client


@pytest.fixture
def draft(mona: Client) -> ChecklistDraft:
    """An empty draft, begun on its page."""
    from readiness.models import ChecklistDraft  # Only once settings are known.

    assert mona.post(reverse("checklist-new"), {"title": "Security rules"}).status_code == 302
    return ChecklistDraft.objects.get()
