"""A leaver's personal data goes; the history keeps its sense under a pseudonym."""

from dataclasses import dataclass
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import connection, transaction

from accounts.actions import events
from accounts.actions.rights import require_administrator
from accounts.actions.sessions import end_all
from accounts.models import Letter, User
from common import clock, registry
from common.emails import drop_kept_mails
from common.errors import Refused

KEPT = {
    "accounts_event": "history of people and units", "account_emailaddress": "e-mail addresses",
    "pghistory_context": "addresses of past requests",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traces:
    """Where a person is named: `rewritten` gets the pseudonym, the others go.

    Only records of people are counted. Those of pilots are not: among them are pilots that the
    administrator may not see, and their number would tell of them.
    `single` says that the name is one word, which is rewritten where it stands for the person,
    but not in the midst of texts.
    """

    pseudonym: str
    rewritten: tuple[tuple[str, int], ...]
    letters: int
    ways_in: int
    files: int
    single: bool


def traces(user: User, *, by: User | None) -> Traces:
    """What `forget` would do; changes nothing."""
    require_administrator(by)
    _check(user)
    return Traces(
        pseudonym=f"Former colleague {user.pk}",
        rewritten=_places(_rewrite(user, really=False)),
        letters=Letter.objects.filter(person=user).count(),
        ways_in=sum(
            kind.objects.filter(user=user).count() for kind in (Authenticator, SocialAccount)
        ),
        files=sum(count(user, False) for count in registry.forgettings.values())
        + drop_kept_mails(settings.MAIL_DIR, _words(user), really=False),
        single=len(user.name.split()) == 1,
    )


@transaction.atomic
def forget(*, user: User, by: User | None, channel: str) -> User:
    """Put a pseudonym in place of name and addresses, everywhere; it cannot be taken back.

    The database's own function does it in the append-only tables too. Ways in, letters, and files
    that name the person go. Roles, updates and events stay, with their dates.
    """
    require_administrator(by)
    user = User.objects.select_for_update().get(pk=user.pk)
    _check(user)
    words = _words(user)
    files = sum(remove(user, True) for remove in registry.forgettings.values())
    end_all(user=user)
    for kind in (EmailAddress, Authenticator, SocialAccount):
        kind.objects.filter(user=user).delete()
    Letter.objects.filter(person=user).delete()
    Letter.objects.filter(address__iexact=user.email).delete()
    places = sum(number for table, number in _rewrite(user, really=True) if _of_people(table))
    user.refresh_from_db()
    user.set_unusable_password()
    user.time_zone, user.digest_enabled, user.last_login = "", False, None
    user.forgotten_at = clock.now()
    user.save()
    events.record(
        verb="person.forgotten", by=by, channel=channel, person=user,
        after={"places": places, "files": files},
    )  # fmt: skip
    transaction.on_commit(partial(drop_kept_mails, settings.MAIL_DIR, words))
    return user


def _check(user: User) -> None:
    if user.is_active:
        raise Refused(f"{user} is still here. Close the account first.")
    if user.forgotten_at:
        raise Refused("The personal data was removed already.")


def _rewrite(user: User, *, really: bool) -> list[tuple[str, int]]:
    """(table, rows) for each column that names the person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, amount FROM public.pilotage_forget_person(%s, %s)", [user.pk, really]
        )
        return list(cursor.fetchall())


def _places(rows: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for table, number in rows:
        if not _of_people(table):
            continue
        words = KEPT.get(table, table.split("_", 1)[-1])
        found[words] = found.get(words, 0) + number
    return tuple(found.items())


def _of_people(table: str) -> bool:
    return table.startswith(("account", "pghistory"))


def _words(user: User) -> list[str]:
    return [user.email, *([user.name] if len(user.name.split()) > 1 else [])]
