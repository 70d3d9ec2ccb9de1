"""One real browser per test process: Playwright allows no second one in the same thread."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PATIENCE = (
    120_000  # milliseconds; Playwright's own 5 and 30 s are too few on a machine that is busy
)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def window(browser: Browser, **options: Any) -> BrowserContext:
    """A window of its own that waits for a slow machine."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


def chromium() -> str:
    """The browser's path: PILOTAGE_CHROMIUM, or one of the usual names."""
    named = os.environ.get("PILOTAGE_CHROMIUM", "")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    found = found or shutil.which("google-chrome") or ""
    return found if Path(found).is_file() else ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if not path:
        pytest.skip("No Chromium here. Install it (apt install chromium) or set PILOTAGE_CHROMIUM.")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)

    # Playwright keeps an event loop running in this thread for the rest of the session, and Django
    # takes every later test in this process for asynchronous code. The product is served by WSGI
    # in other processes and does not see this.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield running
        running.close()
