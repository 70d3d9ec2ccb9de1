from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce, Lower, NullIf

# Where somebody lands after signing in, by URL name; the first is what nobody chose.
LANDINGS = {
    "overview": "Overview", "pilots": "Pilots", "my-pilots": "My pilots", "flags": "Flags",
    "readiness": "Readiness",
}  # fmt: skip
PAGE_SIZES = (25, 50, 100, 200)
THEMES = {"": "As the system", "light": "Light", "dark": "Dark"}

# People as they stand in lists: by name, those without one by their address.
BY_NAME = Lower(Coalesce(NullIf("name", Value("")), "email", output_field=models.CharField()))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password they cannot sign in until one is set."""
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: one who signs in, or one who is only named on pilots.

    Accountable roles need an internal, active person.
    """

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_internal = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the admin site.")
    must_change_password = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name; blank: company.")
    digest_enabled = models.BooleanField(default=True)
    digest_weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday.")
    digest_hour = models.PositiveSmallIntegerField(default=8)
    landing = models.CharField(max_length=32, default="overview", help_text="A URL name.")
    page_size = models.PositiveSmallIntegerField(default=50, help_text="Rows of a list.")
    theme = models.CharField(max_length=8, blank=True, default="", help_text="Blank: the device's.")
    forgotten_at = models.DateTimeField(
        null=True, blank=True, help_text="When a leaver's personal data was removed."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        indexes = [models.Index(BY_NAME, "id", name="accounts_user_by_name")]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_is_unique"),
            models.CheckConstraint(
                condition=models.Q(digest_weekday__lte=6),
                name="accounts_user_digest_weekday_is_a_weekday",
            ),
            models.CheckConstraint(
                condition=models.Q(digest_hour__lte=23), name="accounts_user_digest_hour_is_an_hour"
            ),
            models.CheckConstraint(
                condition=models.Q(landing__in=list(LANDINGS)),
                name="accounts_user_landing_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(page_size__in=PAGE_SIZES),
                name="accounts_user_page_size_is_offered",
            ),
            models.CheckConstraint(
                condition=models.Q(theme__in=list(THEMES)), name="accounts_user_theme_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(forgotten_at=None) | models.Q(is_active=False),
                name="accounts_user_forgotten_has_left",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email
