"""Where the real inventory is: beside the repository, or where PILOTAGE_INVENTORY says."""

import os
from pathlib import Path

import pytest

FILE = "us-federal-ai-use-cases-2024.csv"
ROOT = Path(__file__).resolve().parents[3]


def inventory_path() -> Path:
    """The file; without it the test is skipped, which CI counts as a failure."""
    given = os.environ.get("PILOTAGE_INVENTORY")
    path = Path(given) if given else ROOT.parent / "shared" / "data" / FILE
    if not path.is_file():
        pytest.skip(f"The inventory is not at {path}; set PILOTAGE_INVENTORY to its path.")
    return path
