"""What runs on one worker: tests that share something costly, and those that start whole
installations, so that no two of them press the machine at once.

xdist's own groups are void with pytest 9.2 (its issue 1386), so the file says the group here.
"""

from __future__ import annotations

from typing import Any

import pytest

GROUPS = {
    "tests/faults/": "installations",
    "tests/journeys/test_main_job.py": "installations",
    "tests/config/test_backup.py": "installations",
    "tests/config/test_compose.py": "installations",
    "tests/config/test_run.py": "installations",
    "tests/config/test_start_errors.py": "installations",
    "tests/browser/": "browser",
    "tests/config/test_access_matrix.py": "matrix",
    "tests/config/test_demo_written.py": "demo",
    "tests/config/test_leaks.py": "leaks",
}


def group(nodeid: str) -> str:
    """The name of what has to run together; every other test may run anywhere."""
    return next((name for path, name in GROUPS.items() if nodeid.startswith(path)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return Grouped(config, log)
