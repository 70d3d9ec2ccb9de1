from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.models.user import PAGE_SIZES


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """One's own and the shared ones. What pilots they show is up to who looks."""
        return self.filter(Q(maker=user) | Q(shared=True))


class SavedView(models.Model):
    """A list of pilots as somebody set it up: filter, order, columns and length.

    `slug` never changes, so that its address can be kept. A view widens nothing: its filter runs
    over what the person who opens it may see.
    """

    slug = models.SlugField(max_length=80, unique=True, db_index=False)
    name = models.CharField(max_length=100)
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(default=False)
    filter = models.CharField(max_length=2000, blank=True, default="", help_text="As an address.")
    sort = models.CharField(max_length=20, blank=True, default="")
    columns = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    size = models.PositiveSmallIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()

    objects: ClassVar[SavedViewQuerySet] = SavedViewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(slug=""), name="portfolio_savedview_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(size=None) | Q(size__in=PAGE_SIZES),
                name="portfolio_savedview_size_is_known",
            ),
        ]
        indexes = [models.Index(fields=["maker", "name"], name="portfolio_savedview_by_maker")]

    def __str__(self) -> str:
        return self.name


class ListPreference(models.Model):
    """How a person wants lists to look when an address does not say.

    `opens_with` is the slug of the view that the bare list opens, saved or built in; "" is none.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_preference"
    )
    columns = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    opens_with = models.CharField(max_length=80, blank=True, default="")

    def __str__(self) -> str:
        return f"Lists of {self.person_id}"
