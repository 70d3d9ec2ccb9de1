"""What shares a costly beginning runs on one worker."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.installation import BASE
from tests.scheduling import GROUPS, group


def test_tests_of_a_group_run_on_one_worker(tmp_path: Path) -> None:
    files = ("tests/faults/test_a.py", "tests/config/test_run.py", "tests/browser/test_b.py",
             "tests/other/test_c.py")  # fmt: skip
    many = "import pytest\n@pytest.mark.parametrize('n', range(6))\ndef test_it(n): pass\n"
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(many)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-n", "2", "-p", "tests.scheduling",
         "-p", "no:django"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(BASE), "PYTEST_ADDOPTS": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ran = re.findall(r"^\[(gw\d)\].* PASSED (\S+)", done.stdout, re.MULTILINE)
    assert len(ran) == 6 * len(files), done.stdout + done.stderr
    workers = defaultdict(set)
    for worker, nodeid in ran:
        workers[group(nodeid)].add(worker)
    assert len(workers["installations"]) == 1
    assert len(workers["browser"]) == 1
    assert len({name for name in workers if "other" in name}) == 6


@pytest.mark.parametrize("path", GROUPS)
def test_what_is_grouped_exists(path: str) -> None:
    assert (BASE / path).exists()
