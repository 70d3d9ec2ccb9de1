"""Whole installations, started and broken."""

from collections.abc import Iterator

import pytest

from tests.installation import Installation


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """One that is up; shared by the tests of a module, each of which leaves it up."""
    installation = Installation()
    try:
        installation.up()
        yield installation
    finally:
        installation.close()


@pytest.fixture
def installation() -> Iterator[Installation]:
    """One of the test's own, not started yet."""
    made = Installation()
    try:
        yield made
    finally:
        made.close()
