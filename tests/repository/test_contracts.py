"""The import contracts of pyproject.toml hold, and each of them finds what breaks it."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.repository.files import PRODUCT, ROOT

CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}
# One line for each contract, in a file that is appended to or made.
PLANTED = {
    "apps": ("accounts/access.py", "from portfolio.models import Pilot"),
    "rooms": ("portfolio/models/pilot.py", "from portfolio.actions import pilots"),
    "drop-ins": ("portfolio/flag_rules/no_owner.py", "from portfolio.flag_rules import no_metric"),
    "plotly": ("portfolio/views/planted.py", "import plotly.graph_objects"),
    "celery": ("portfolio/actions/planted.py", "from celery import shared_task"),
    "tests": ("common/text.py", "from tests.factories import pilot"),
}


def lint(root: Path) -> str:
    script = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", script, "--no-cache"],
        cwd=root, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "200"},
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("house")
    for name in (*PRODUCT, "tests", "bench"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def test_every_contract_is_kept() -> None:
    report = lint(ROOT)
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in report, report


def test_every_contract_finds_a_planted_violation(copy: Path) -> None:
    assert set(PLANTED) == set(CONTRACTS)
    for path, line in PLANTED.values():
        with (copy / path).open("a") as file:
            file.write(f"\n{line}\n")
    report = lint(copy)
    kept = [name for name in CONTRACTS.values() if f"{name} BROKEN" not in report]
    assert kept == [], report


def test_a_room_that_nobody_planned_is_refused(copy: Path) -> None:
    (copy / "portfolio" / "services.py").touch()
    assert "portfolio.services" in lint(copy)
