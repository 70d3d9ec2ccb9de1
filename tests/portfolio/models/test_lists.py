"""The database refuses views, preferences and tags that cannot be."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portfolio.models import ListPreference, PilotTag, SavedView, Tag
from tests import factories
from tests.factories import Cast


def refused(constraint: str, model: type, /, **values: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(**values)


def view(cast: Cast, **values: object) -> dict[str, object]:
    return {"slug": "a", "name": "A", "maker": cast.mona, "changed_at": timezone.now(), **values}


def test_views_and_preferences(cast: Cast) -> None:
    refused("portfolio_savedview_has_a_name", SavedView, **view(cast, name=""))
    refused("portfolio_savedview_has_a_name", SavedView, **view(cast, slug=""))
    refused("portfolio_savedview_size_is_known", SavedView, **view(cast, size=51))
    SavedView.objects.create(**view(cast))
    refused("portfolio_savedview_slug", SavedView, **view(cast))
    ListPreference.objects.create(person=cast.mona)
    refused("portfolio_listpreference_person_id", ListPreference, person=cast.mona)


def test_tags(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    refused("portfolio_tag_has_a_name", Tag, name="", key="a")
    refused("portfolio_tag_has_a_name", Tag, name="a", key="")
    refused("portfolio_tag_has_no_comma", Tag, name="a,b", key="a b")
    refused("portfolio_tag_has_no_comma", Tag, name="a", key="a,b")
    tag = Tag.objects.create(name="A", key="a")
    refused("portfolio_tag_key", Tag, name="A", key="a")
    PilotTag.objects.create(pilot=pilot, tag=tag)
    refused("portfolio_pilottag_once", PilotTag, pilot=pilot, tag=tag)
