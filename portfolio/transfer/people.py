"""Cells that name a person, matched to the accounts there are."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portfolio.transfer.text import header_key, line, says_unknown

_EMAIL = re.compile(r"[\w.+'%-]+@[\w-]+(?:\.[\w-]+)*\.?[\w]+", re.ASCII)
_BETWEEN = re.compile(r"\s*(?:;|\n|\||&|\band\b|\bund\b|\s/\s)\s*")
_TITLES = re.compile(r"\b(?:dr|prof|mr|mrs|ms|herr|frau|dipl|ing|phd|mba)\b\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Account:
    """A person an import may name; `internal` ones may be accountable."""

    id: int
    email: str
    name: str = ""
    active: bool = True
    internal: bool = True


@dataclass
class Directory:
    """Accounts by e-mail and by name; a name two people share finds nobody."""

    by_email: dict[str, Account] = field(default_factory=dict)
    by_name: dict[str, list[Account]] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> "Directory":
        directory = cls()
        for account in accounts:
            directory.by_email[account.email.casefold()] = account
            if account.name:
                directory.by_name.setdefault(name_key(account.name), []).append(account)
        return directory


@dataclass(frozen=True)
class Person:
    """Who a cell names: an account's e-mail, and a name to make one with."""

    email: str
    name: str = ""
    known: bool = True


def name_key(name: str) -> str:
    """Name parts in alphabetical order, so that "Doe, Jane" is "Jane Doe"."""
    return " ".join(sorted(header_key(_TITLES.sub(" ", name)).split()))


def parts(cell: str) -> tuple[str, str]:
    """(e-mail, name) of "Jane Doe (jane@x.org)", "Jane <jane@x.org>", either alone or neither."""
    found = _EMAIL.search(cell)
    email = found[0].strip(".").casefold() if found else ""
    rest = cell.replace(found[0], " ") if found else cell
    name = line(re.sub(r"mailto:|[()<>\[\]]", " ", rest)).strip(" ,;:-")
    if name.count(",") == 1:
        last, first = name.split(",")
        name = line(f"{first} {last}")
    return email, name


def read(
    cell: str, directory: Directory, *, create: bool, external_ok: bool
) -> tuple[Person | None, str]:
    """The person of a cell, or the reason why there is none (completes "The cell ...")."""
    text = line(cell)
    if says_unknown(text):
        return None, f"says “{text[:60]}”: kept as unknown"
    if len(_EMAIL.findall(cell)) > 1 or len([p for p in _BETWEEN.split(cell) if p.strip()]) > 1:
        return None, "names more than one person; this role is held by one: assign it by hand"
    email, name = parts(cell)
    account, reason = _found(email, name, directory)
    if reason:
        return None, reason
    if account is None:
        if email and not _is_address(email):
            return None, f"names {email}, which is no e-mail address"
        if email and create:
            return Person(email, name[:200], known=False), ""
        return None, _cure(email, name or text)
    if not account.active:
        return None, f"names {account.email}, who has left: choose somebody who is here"
    if not account.internal and not external_ok:
        return None, f"names {account.email}, who is external; who answers must be internal"
    return Person(account.email.casefold(), account.name), ""


def _found(email: str, name: str, directory: Directory) -> tuple[Account | None, str]:
    if email:
        return directory.by_email.get(email), ""
    same = directory.by_name.get(name_key(name), [])
    if len(same) > 1:
        return None, f"is the name of {len(same)} accounts: write the e-mail address"
    return (same[0], "") if same else (None, "")


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= 254


def _cure(email: str, name: str) -> str:
    if email:
        return (
            f"names {email}, who has no account: add the person, or let the import create accounts"
        )
    return f"names “{name[:60]}”, who has no account: add the person or write an e-mail address"
