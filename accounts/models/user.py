from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce, Lower, NullIf

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
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email
