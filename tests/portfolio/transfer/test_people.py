import pytest

from portfolio.transfer.people import Person, parts, read
from tests.portfolio.transfer.files import DIRECTORY

JANE = Person("jane@example.org", "Jane Doe")


@pytest.mark.parametrize(
    "cell",
    ["jane@example.org", "JANE@EXAMPLE.ORG", "Jane Doe (jane@example.org)", "Doe, Jane",
     "Jane Doe <jane@example.org>", "Dr. Jane Doe", "jane  doe", "J. D. (mailto:jane@example.org)"],
)  # fmt: skip
def test_a_person_is_found_by_mail_or_name(cell: str) -> None:
    assert read(cell, DIRECTORY, create=False, external_ok=False) == (JANE, "")


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("Nina New", "“Nina New”, who has no account: add the person"),
        ("nina@example.org", "nina@example.org, who has no account"),
        ("Jo Roe", "the name of 2 accounts: write the e-mail address"),
        ("gone@example.org", "who has left"),
        ("Ola Out", "is external"),
        ("jane@example.org; jo@example.org", "more than one person"),
        ("Jane Doe and Jo Roe", "more than one person"),
        ("TBD", "kept as unknown"),
    ],
)
def test_who_cannot_be_assigned_says_why(cell: str, part: str) -> None:
    person, reason = read(cell, DIRECTORY, create=False, external_ok=False)
    assert person is None
    assert part in reason


def test_accounts_are_made_from_addresses_only() -> None:
    new = read("Nina New <nina@example.org>", DIRECTORY, create=True, external_ok=False)
    assert new == (Person("nina@example.org", "Nina New", known=False), "")
    wrong = read("nina@x1", DIRECTORY, create=True, external_ok=False)
    assert wrong == (None, "names nina@x1, which is no e-mail address")
    assert read("Nina New", DIRECTORY, create=True, external_ok=False)[0] is None
    assert read("Ola Out", DIRECTORY, create=False, external_ok=True)[0] is not None


def test_parts() -> None:
    assert parts("Doe, Jane (jane@x.org)") == ("jane@x.org", "Jane Doe")
    assert parts("jane.o'neil+ai@sub.x-y.co.uk") == ("jane.o'neil+ai@sub.x-y.co.uk", "")
