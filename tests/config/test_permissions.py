"""The page about permissions says what the access matrix proves."""

import os

from tests.config.access import guide
from tests.config.access.table import TABLE, Answer, Row
from tests.installation import BASE


def test_the_page_about_permissions_is_as_the_matrix_has_it() -> None:
    file = BASE / guide.PAGE
    if os.environ.get("WRITE_PERMISSIONS"):
        file.write_text(guide.page())
    written = file.read_text() if file.is_file() else ""
    assert written == guide.page(), f"{guide.PAGE} is stale. Write it anew: {guide.COMMAND}"
    assert "administrators" in written


def test_every_address_stands_on_it_once() -> None:
    names = [name for names in guide.sections().values() for name in names]
    assert sorted(names) == sorted(TABLE)


def test_a_set_without_words_is_counted_up() -> None:
    row = Row(Answer(200, frozenset({"viewer", "auditor"})))
    assert guide.who(row.get, row) == "viewers, auditors"
    assert guide.who(row.post, row) == guide.NOBODY
