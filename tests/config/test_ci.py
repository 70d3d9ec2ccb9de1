"""The gate cannot pass by skipping."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import BASE

SKIPS = {
    "marked": "@pytest.mark.skipif(True, reason='no browser')\ndef test_it(): pass",
    "asked": "def test_it(): pytest.skip('no browser')",
    "fixture": "@pytest.fixture\ndef page(): pytest.skip('no browser')\ndef test_it(page): pass",
    "module": "pytest.skip('no browser', allow_module_level=True)",
}


@pytest.mark.parametrize("how", SKIPS)
@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skip_fails_in_ci_only(tmp_path: Path, how: str, ci: str, code: int) -> None:
    (tmp_path / "test_it.py").write_text(f"import pytest\ndef test_ok(): pass\n{SKIPS[how]}\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.ci", "-p", "no:django", str(tmp_path)],
        cwd=BASE, env={**os.environ, "CI": ci}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # A module that skips itself leaves no test: pytest's code 5.
    assert min(done.returncode, 1) == code or (how == "module" and done.returncode in {2, 5})
    assert ("Skipped in CI" in done.stdout) == bool(ci)


def test_the_gate_is_a_valid_script() -> None:
    subprocess.run(["bash", "-n", str(BASE / ".ci" / "run")], check=True)
    subprocess.run(["sh", "-n", str(BASE / "run")], check=True)
    last = (BASE / ".ci" / "run").read_text().strip().splitlines()[-2:]
    assert last == ["./run check", "./run test"]
