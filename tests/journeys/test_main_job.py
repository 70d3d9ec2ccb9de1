"""The main job once through, as a new company does it: one command, a spreadsheet, a browser,
real workers, real mail files. What the screens say is counted again from the file itself."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import window
from tests.installation import Installation, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TODAY = date.today()  # noqa: DTZ011  (the new installation's company zone is UTC, like CI's)
OWN = "a password of my very own 7"
STAGES = {"Idee": "idea", "PoC": "poc", "Pilotphase": "pilot", "Produktiv": "production"}
HEADER = ["Projektname", "Bereich", "Status", "PoC-Start", "Zweck"]


def rows() -> list[list[str]]:
    """Twenty-four projects, some in PoC for long, one with a date that is none."""
    found = []
    for n in range(24):
        status = list(STAGES)[n % 4]
        began = TODAY - timedelta(days=30 + 40 * (n // 4))
        day = began.strftime("%d.%m.%Y") if status == "PoC" else ""
        found.append([f"Projekt Möwe {n:02}", f"Werk {n % 3}", status, day, "Liest; schreibt"])
    found[1][3] = "bald"
    return found


def spreadsheet() -> bytes:
    """As a German Excel saves it: semicolons, Windows-1252, a cell with a semicolon in it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([HEADER, *rows()])
    return text.getvalue().encode("cp1252")


def stale() -> int:
    """Counted from the rows themselves: in PoC for more than 91 days by a date that is one."""
    days = [row[3] for row in rows() if row[2] == "PoC" and re.fullmatch(r"[\d.]+", row[3])]
    entered = [date(int(d[6:]), int(d[3:5]), int(d[:2])) for d in days]
    return sum((TODAY - day).days > 91 for day in entered)


@pytest.fixture
def installation() -> Iterator[Installation]:
    made = Installation()
    yield made
    made.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = window(browser, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def sign_in(page: Page, base: str, email: str, password: str) -> None:
    page.goto(f"{base}/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def bring_in(page: Page, base: str) -> None:
    """Upload, check the proposal, try it out, apply."""
    page.goto(f"{base}/imports/")
    page.get_by_label("Spreadsheet").set_input_files(
        {"name": "Projekte.csv", "mimeType": "text/csv", "buffer": spreadsheet()}
    )
    page.get_by_role("button", name="Upload and read").click()
    page.get_by_role("button", name="Try it out").click(timeout=120_000)
    apply = page.get_by_role("button", name="Apply")
    expect(apply).to_be_visible(timeout=120_000)
    expect(page.locator(".lead")).to_contain_text("24 would be created")
    expect(page.locator("main")).to_contain_text("bald")
    apply.click()
    expect(page.locator(".lead")).to_contain_text("24 created", timeout=120_000)


def shown(page: Page, address: str) -> int:
    """The number of pilots a list says it has."""
    page.goto(address)
    return int(page.locator("[aria-live] b").first.inner_text().split()[0].replace(",", ""))


def test_from_an_empty_machine_to_the_mail_on_monday(
    installation: Installation, page: Page
) -> None:
    said = installation.up()
    base = f"http://localhost:{installation.port}"
    once = re.search(r"one-time password: (\S+)", said)
    assert once, said

    # The first administrator chooses a password before anything opens.
    sign_in(page, base, "admin@localhost", once.group(1))
    expect(page.get_by_role("heading", name="Choose your own password")).to_be_visible()
    page.locator("[name=oldpassword]").fill(once.group(1))
    page.locator("[name=password1]").fill(OWN)
    page.locator("[name=password2]").fill(OWN)
    page.locator("main form button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")

    # The spreadsheet becomes pilots; the worker did it and the sweep followed by itself.
    bring_in(page, base)
    with installation.database() as database:
        stages = database.execute("SELECT stage, count(*) FROM portfolio_pilot GROUP BY 1")
        assert dict(stages.fetchall()) == Counter(STAGES[row[2]] for row in rows())
        open_flags = (
            "SELECT count(*) FROM portfolio_flag WHERE rule = 'STALE_POC' AND closed_at IS NULL"
        )
        # The PoC without a readable date counts from today: it is not stale yet.
        wait_for(lambda: database.execute(open_flags).fetchone() == (stale(),), 120, "the sweep")

    # Every number is a link to exactly its rows.
    assert shown(page, f"{base}/pilots/?flag=STALE_POC") == stale()
    assert shown(page, f"{base}/pilots/?owner=none") == 24
    page.goto(base)
    tile = page.locator(".tiles a", has_text="PoC past a quarter")
    expect(tile).to_contain_text(str(stale()))
    tile.click()
    assert shown(page, page.url) == stale()

    # One pilot gets its owner, and the owner's update clears what an update can clear.
    made = installation.run(
        "manage", "create_user", "alice@example.com", "--role", "product_owner",
        "--password-stdin", input=f"{OWN}\n",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    page.goto(f"{base}/pilots/?flag=STALE_POC&sort=entered")
    page.locator("tbody a").first.click()
    address = page.url
    page.get_by_role("link", name="Ask somebody").first.click()
    page.locator("[name=person]").fill("alice@example.com")
    page.locator("#pilot-form button.primary").click()
    expect(page.locator("#main")).to_contain_text("alice@example.com")
    assert shown(page, f"{base}/pilots/?owner=none") == 24

    # A mail asks her; she says yes to what makes an owner.
    box = installation.data / "mail"
    asked = "Will you own PIL-"
    wait_for(
        lambda: any(asked in kept.read_text(errors="replace") for kept in box.glob("*")),
        90,
        "the question by mail",
    )
    page.context.clear_cookies()
    sign_in(page, base, "alice@example.com", OWN)
    page.goto(address)
    page.get_by_role("link", name="Answer").first.click()
    for statement in ("cares", "collects", "decides"):
        page.locator(f"[name={statement}][value=yes]").check()
    page.locator("#pilot-form button.primary").click()
    expect(page.locator("#people").locator("xpath=../..")).to_contain_text("accepted")
    assert shown(page, f"{base}/pilots/?owner=none") == 23
    page.goto(f"{address.rstrip('/')}/update/")
    page.get_by_label("At risk").check()
    page.locator("[name=note]").fill("Die Daten kommen zu spät.")
    page.locator("[name=next_step]").fill("Mit der Finanzabteilung sprechen")
    page.locator("[name=next_step_due]").fill("2030-01-15")
    page.locator("#pilot-form button.primary").click()
    page.goto(address)
    expect(page.locator("#main")).to_contain_text("Die Daten kommen zu spät.")
    expect(page.locator("#main")).to_contain_text("At risk")

    # The digest names the stalled ones: the owner hers, the manager all of them. Once each.
    first = installation.run("manage", "send_digests", "--json")
    counts = json.loads(first.stdout)
    assert counts["failed"] == 0, first.stderr
    assert counts["sent"] == 2, counts
    again = json.loads(installation.run("manage", "send_digests", "--json").stdout)
    assert again["sent"] == 0
    kept = sorted((installation.data / "mail").glob("*"))
    mails = "\n".join(file.read_text(errors="replace") for file in kept)
    assert mails.count("X-Pilotage-Digest: ") == 2, kept
    assert mails.count("List-Unsubscribe-Post: List-Unsubscribe=One-Click") == 2

    # Stopped and started again, everything is still there.
    installation.stop()
    installation.up()
    page.context.clear_cookies()
    sign_in(page, base, "admin@localhost", OWN)
    assert shown(page, f"{base}/pilots/") == 24
