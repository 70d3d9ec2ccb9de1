from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    from tests.portfolio.flags.made import DAY  # Models come with it, after the settings.

    with time_machine.travel(datetime.combine(DAY, time(12), UTC), tick=False):
        yield
