"""The database refuses what cannot be true about company and people."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import CompanySettings, User
from common import clock
from tests.factories import Cast

GOOD = {
    "name": "Acme", "zone": "UTC", "currency": "EUR", "fiscal_month": 1, "band_low": 10,
    "band_high": 40,
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"id": 2}, "is_one_row"),
        ({"name": ""}, "has_name_and_zone"),
        ({"zone": ""}, "has_name_and_zone"),
        ({"currency": "eur"}, "currency_is_a_code"),
        ({"fiscal_month": 13}, "fiscal_month_is_a_month"),
        ({"band_low": 40}, "band_is_in_order"),
        ({"band_high": 101}, "band_is_in_order"),
        ({"wip_limit": 0}, "wip_limit_is_positive"),
        ({"keep_uploads": 0}, "keep_uploads_is_positive"),
    ],
)
def test_settings_that_cannot_be(db: None, wrong: dict[str, object], name: str) -> None:
    with pytest.raises(IntegrityError, match=f"accounts_companysettings_{name}"):
        CompanySettings.objects.create(**{"id": 1, **GOOD, **wrong})


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"landing": "elsewhere"}, "landing_is_known"),
        ({"page_size": 51}, "page_size_is_offered"),
        ({"theme": "pink"}, "theme_is_known"),
        ({"forgotten_at": clock.now}, "forgotten_has_left"),
    ],
)
def test_people_that_cannot_be(cast: Cast, wrong: dict[str, object], name: str) -> None:
    values = {field: value() if callable(value) else value for field, value in wrong.items()}
    with transaction.atomic(), pytest.raises(IntegrityError, match=f"accounts_user_{name}"):
        User.objects.filter(pk=cast.vera.pk).update(**values)
