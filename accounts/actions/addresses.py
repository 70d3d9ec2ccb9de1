"""The sign-in package keeps its own list of addresses; it follows User.email."""

from allauth.account.models import EmailAddress

from accounts.models import User


def forget_old_addresses(user: User) -> None:
    """After User.email changed: an old address must neither sign in nor get reset links."""
    EmailAddress.objects.filter(user=user).delete()


def vouch(user: User) -> None:
    """Mark the person's address as theirs: an identity provider has verified it."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user,
        email=user.email.lower(),
        defaults={"verified": True, "primary": True},
    )
