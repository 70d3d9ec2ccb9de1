"""A real browser before a real installation with an imported inventory in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.chromium import window
from tests.installation import Installation

PASSWORD = "correct horse battery staple"
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PEOPLE = {
    "viewer": ["viewer"],
    "manager": ["portfolio_manager"],
    "administrator": ["administrator", "portfolio_manager"],
}
# Every violation of the policy is kept where a test can read it.
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) =>
  window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
"""


@dataclass
class Visitor:
    """A signed-in person with a browser window, and everything the browser complained about."""

    context: BrowserContext
    base: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def violations(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.violations")
        return found


Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def stack(browser: Browser) -> Iterator[Installation]:
    """`./run up`, one person for each of the roles that see different pages, an inventory."""
    installation = Installation()
    try:
        installation.up()
        for name, roles in PEOPLE.items():
            words = [word for role in roles for word in ("--role", role)]
            done = installation.run(
                "manage", "create_user", f"{name}@example.com", *words, "--password-stdin",
                input=f"{PASSWORD}\n",
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
        file = installation.root / "inventory.csv"
        file.write_text(inventory())
        done = installation.run("manage", "import_pilots", str(file))
        assert done.returncode == 0, done.stderr
        yield installation
    finally:
        installation.close()


def inventory() -> str:
    """Sixty pilots of every stage and age, some without owner or date, one with a long name."""
    today = datetime.now(UTC).date()
    stages = ["Idea", "PoC", "PoC", "Pilot", "Rollout", "Production", "Stopped"]
    units = ["Finance / Payables", "Operations / Cranes", "Legal", "Customer service"]
    lines = ["Name,Unit,Stage,Stage since,Owner,Monthly burn"]
    for n in range(60):
        since = today - timedelta(days=n * 7) if n % 6 else ""
        name = f"Pilot of many words {n} " + "and one more " * (12 if n == 1 else 0)
        owner = "manager@example.com" if n % 3 else ""
        fields = [name.strip(), units[n % 4], stages[n % 7], since, owner, n * 100 if n % 2 else ""]
        lines.append(",".join(str(field) for field in fields))
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def passes() -> dict[str, object]:
    """Sessions of people who signed in before, so that signing in is not tried again and again."""
    return {}


@pytest.fixture
def visit(browser: Browser, stack: Installation, passes: dict[str, object]) -> Iterator[Visit]:
    """visit("manager", size=PHONE, theme="dark") - a window of somebody who is signed in."""
    opened: list[BrowserContext] = []

    def open_window(who: str = "", *, size: ViewportSize = DESK, theme: str = "light") -> Visitor:
        state = passes.get(who)
        context = window(
            browser,
            viewport=size,
            color_scheme="dark" if theme == "dark" else "light",
            storage_state=state,  # type: ignore[arg-type]
        )
        opened.append(context)
        context.add_init_script(LISTEN)
        visitor = Visitor(context, f"http://localhost:{stack.port}", context.new_page())
        visitor.page.on(
            "console",
            lambda m: visitor.complaints.append(m.text) if m.type == "error" else None,
        )
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        if who and state is None:
            sign_in(visitor, who)
            passes[who] = context.storage_state()
        return visitor

    yield open_window
    for context in opened:
        context.close()


def sign_in(visitor: Visitor, who: str) -> None:
    page = visitor.go("/account/login/")
    page.get_by_label("E-mail address").fill(f"{who}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{visitor.base}/")
