"""The main job in a browser: sign in, find a pilot, post an update, give it an owner, undo."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, Visit
from tests.chromium import window

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PILOT = re.compile(r"/pilots/PIL-\d+/$")


def test_from_the_sign_in_to_an_update_and_an_owner(visit: Visit) -> None:
    visitor = visit("manager")
    page = visitor.go("/")
    main = page.get_by_role("navigation", name="Main", exact=True)
    main.get_by_role("link", name="Pilots", exact=True).click()
    page.wait_for_url(f"{visitor.base}/pilots/")  # And for its scripts.

    # The filter swaps the list in place and stands in the address.
    page.get_by_label("Owner", exact=True).select_option("none")
    expect(page).to_have_url(re.compile(r"[?&]owner=none"))
    expect(page.locator("#pilot-list")).to_contain_text("20 pilots")
    row = page.locator("#pilot-list tbody tr").first
    name = row.locator(".main a").inner_text()
    row.locator(".main a").click()
    page.wait_for_url(PILOT)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)

    # An update, in a dialog over the page.
    page.get_by_role("link", name="Post an update").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("At risk").check(force=True)
    dialog.get_by_label("What happened?").fill("Waiting for <b>the contract</b>.")
    dialog.get_by_label("Next step").fill("Call the vendor")
    dialog.get_by_role("button", name="1 week").click()
    dialog.get_by_role("button", name="Post the update").click()
    expect(page.locator("#toasts .toast").first).to_be_visible()
    expect(page.locator("#main")).to_contain_text("Waiting for <b>the contract</b>.")

    # An owner, and the way back.
    page.get_by_role("link", name="Ask somebody").first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=person]").fill("viewer@example.com")
    dialog.locator("button.primary").click()
    toast = page.locator("#toasts .toast", has_text="is asked")
    expect(toast).to_be_visible()
    expect(page.locator("#main")).to_contain_text("viewer@example.com")
    toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Ask somebody").first).to_be_visible()
    assert visitor.complaints == []
    assert visitor.violations() == []


def test_a_refused_form_says_it_beside_the_field(visit: Visit) -> None:
    page = visit("manager").go("/pilots/new/")
    page.locator("form.form").evaluate("(form) => { form.noValidate = true; }")
    page.get_by_role("button", name=re.compile("Create|Register")).click()
    wrong = page.locator("[aria-invalid=true]").first
    expect(wrong).to_be_visible()
    described = (wrong.get_attribute("aria-describedby") or "").split()
    assert any(page.locator(f"#{part}.errorlist").count() for part in described)


def test_the_keyboard_walks_the_rows_and_opens_one(visit: Visit) -> None:
    page = visit("manager").go("/pilots/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("#pilot-list tbody .main a").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(PILOT)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Theme and keys")).to_be_visible()


def test_a_row_is_chosen_with_a_key_opens_on_a_click_and_is_hatched_past_a_quarter(
    visit: Visit,
) -> None:
    page = visit("manager").go("/pilots/?stage=poc&sort=entered")
    row = page.locator("#pilot-list tbody tr").first
    expect(row.locator("svg path").nth(1)).to_have_css("stroke", re.compile("#hatch"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(row.get_by_role("checkbox")).to_be_checked()
    ref = row.locator(".main small").inner_text().split()[0]
    row.locator("td").last.click()
    expect(page).to_have_url(re.compile(rf"/pilots/{ref}/$"))


def test_ctrl_k_searches_from_anywhere(visit: Visit) -> None:
    page = visit("viewer").go("/flags/")
    page.keyboard.press("Control+k")
    page.keyboard.type("words 59")
    expect(page.get_by_role("option").first).to_contain_text("words 59")
    page.keyboard.press("Enter")
    page.wait_for_url(PILOT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("words 59")


# A module never arrives within the task that asks for it: these keys are always there first.
PRESS = """(keys) => {
  for (const key of keys) {
    const ctrlKey = key === "Ctrl+k";
    const options = { key: ctrlKey ? "k" : key, ctrlKey, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", options));
  }
  return document.querySelectorAll("dialog.palette").length;
}"""


def test_what_is_typed_before_the_palette_has_come_stands_in_it(visit: Visit) -> None:
    page = visit("viewer").go("/flags/")
    assert page.evaluate(PRESS, ["Ctrl+k", *"words 58", "Backspace", "Ctrl+k", "9"]) == 0
    expect(page.get_by_role("combobox", name="Search pilots")).to_have_value("words 59")
    expect(page.get_by_role("option").first).to_contain_text("words 59")


def test_escape_calls_the_palette_off_before_it_has_come(visit: Visit) -> None:
    page = visit("viewer").go("/flags/")
    assert page.evaluate(PRESS, ["Ctrl+k", *"crane", "Escape", "Ctrl+k", *"words 59"]) == 0
    expect(page.get_by_role("combobox", name="Search pilots")).to_have_value("words 59")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search")).to_have_count(0)


def test_the_theme_is_chosen_for_this_device_and_charts_follow(visit: Visit) -> None:
    page = visit("viewer").go("/")
    label = page.locator("#chart-stages .main-svg text").first
    expect(label).to_be_attached()
    before = label.evaluate("(e) => getComputedStyle(e).fill")
    page.get_by_role("button", name="Theme and keys").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(label).not_to_have_css("fill", before)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_bar_of_a_chart_opens_exactly_its_rows(visit: Visit) -> None:
    page = visit("viewer").go("/")
    page.locator("#chart-stages summary").click()
    link = page.locator("#chart-stages tbody a").first
    number = link.inner_text()
    link.click()
    expect(page.locator("#pilot-list [aria-live]")).to_contain_text(f"{number} pilot")


def test_a_chart_that_does_not_come_says_so_and_can_be_tried_again(visit: Visit) -> None:
    visitor = visit("viewer")
    visitor.page.route("**/charts/stages.json", lambda route: route.abort())
    page = visitor.go("/")
    error = page.locator("#chart-stages .chart-error")
    expect(error).to_be_visible()
    visitor.page.unroute("**/charts/stages.json")
    error.get_by_role("button", name="Try again").click()
    expect(page.locator("#chart-stages .main-svg").first).to_be_visible()
    expect(error).to_be_hidden()


def test_a_lost_connection_is_said_and_nothing_is_lost(visit: Visit) -> None:
    visitor = visit("manager")
    page = visitor.go("/pilots/")
    visitor.context.set_offline(True)
    page.get_by_label("Owner", exact=True).select_option("none")
    expect(page.locator("#toasts")).to_contain_text("could not be reached")
    visitor.context.set_offline(False)
    expect(page.locator("#pilot-list tbody tr").first).to_be_visible()


def test_on_a_phone_the_menu_opens_everything_else(visit: Visit) -> None:
    page = visit("administrator", size=PHONE).go("/")
    short = page.get_by_role("navigation", name="Main, short")
    expect(short.get_by_role("link")).to_have_count(4)
    page.get_by_role("button", name="Menu").click()
    everything = page.get_by_role("navigation", name="Main", exact=True)
    everything.get_by_role("link", name="Mail").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_page_works_without_any_script(visit: Visit, browser: Browser) -> None:
    visitor = visit("viewer")
    context = window(
        browser, java_script_enabled=False, storage_state=visitor.context.storage_state()
    )
    page = context.new_page()
    page.goto(f"{visitor.base}/")
    expect(page.locator(".tile")).to_have_count(6)
    page.get_by_role("link", name=re.compile(r"^\d+ active$")).click()
    expect(page.locator("#pilot-list tbody tr").first).to_be_visible()
    context.close()
