"""A list of a hundred items by keyboard, on a phone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.chromium import window

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def full_list(visit: Visit, name: str, **how: object) -> tuple[Page, str]:
    """The full list of a new pilot of the manager's."""
    visitor = visit("manager", **how)
    page = visitor.go("/pilots/new/")
    for field, value in (("name", name), ("owner", "manager@example.com"), ("problem", "Why")):
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=unit]").select_option(index=1)
    page.locator("form.form button.primary").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    there = re.sub(r"(/pilots/[^/]+/).*", r"\1readiness/production/", page.url)
    page.goto(there)
    return page, there


def here(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.closest('li.check')?.id ?? ''")
    return found


def test_a_keyboard_answers_one_item_after_the_other(visit: Visit) -> None:
    page, there = full_list(visit, "Ten by keyboard")
    page.keyboard.press("j")
    first = here(page)
    page.keyboard.press("j")
    second = here(page)
    assert len({"", first, second}) == 3
    page.keyboard.press("k")
    assert here(page) == first

    page.keyboard.press("Enter")
    expect(page.locator(f"#{first}.is-open .check-body")).to_be_visible()
    expect(page).to_have_url(re.compile("open="))
    page.keyboard.press("Escape")
    expect(page.locator(f"#{first} .check-body")).to_be_hidden()
    assert here(page) == first

    # Not applicable, with its reason; letters are only letters in a field.
    page.keyboard.press("n")
    expect(page.locator(f"#{first} [name=note]")).to_be_focused()
    expect(page.locator(f"#{first} [name=state]")).to_have_value("not_applicable")
    page.keyboard.type("joke: an oak")
    expect(page.locator(f"#{first} [name=note]")).to_have_value("joke: an oak")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#{first}:not(.is-left)")).to_be_visible()
    expect(page.locator("#score")).to_contain_text("1/10")
    expect(page.locator("#progress")).to_contain_text("1 of 10 answered")
    assert here(page) == second  # The next one that does not count.

    # What was typed stays when another item is opened; one is open at a time.
    page.keyboard.press("e")
    expect(page.locator(f"#{second} [name=evidence_url]")).to_be_focused()
    page.keyboard.type("https://wiki.example/half")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    third = here(page)
    page.keyboard.press("a")
    expect(page.locator(f"#{third}.is-open [name=state]")).to_have_value("attested")
    expect(page.locator("li.is-open")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.keyboard.press("e")
    expect(page.locator(f"#{second} [name=evidence_url]")).to_have_value(
        "https://wiki.example/half"
    )
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    assert here(page) not in ("", first, second)

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("On a checklist")
    page.keyboard.press("Escape")

    # A refused answer says why beside the field, and stays open.
    page.locator(f"#{second} .q").click()
    page.locator(f"#{second} [name=state]").select_option("not_applicable")
    page.locator(f"#{second} [name=note]").press("Control+Enter")
    expect(page.locator(f"#{second}.is-open .errorlist")).to_contain_text("Say why")
    assert page.evaluate("window.violations") == []

    # The most valuable gap opens from its button, and old links to an item open it.
    page.locator("[data-open]").click()
    expect(page.locator("li.is-open .check-body")).to_be_visible()
    page.goto(there.replace("production/", "") + "#item-cost")
    expect(page.locator("#item-cost.is-open .check-body")).to_be_visible()


def test_the_sentence_narrows_without_a_new_page(visit: Visit) -> None:
    page, there = full_list(visit, "Full list narrowed", size=PHONE)
    page.goto(there.replace("production", "full"))
    page.get_by_label("Side").select_option("organisational")
    expect(page.locator("#sheet")).to_contain_text("shown")
    expect(page).to_have_url(re.compile("side=organisational"))
    row = page.locator("li.check:visible .q").first
    row.click()
    expect(page.locator("li.is-open form")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_works_without_javascript(visit: Visit, browser: Browser) -> None:
    page, there = full_list(visit, "Ten without scripts")
    context = window(browser, java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(there)
    plain.locator("#item-cost .q").click()
    plain.locator("#item-cost [name=state]").select_option("not_applicable")
    plain.locator("#item-cost [name=note]").fill("Costs nothing")
    plain.locator("#item-cost button.primary").click()
    expect(plain).to_have_url(re.compile("#item-cost$"))
    expect(plain.locator("#score")).to_contain_text("1/10")
    context.close()


def test_a_self_check_by_keyboard(visit: Visit) -> None:
    page, there = full_list(visit, "Self-check by keyboard")
    page.goto(there.replace("readiness/production/", "self-check/"))
    page.get_by_role("button", name="Begin a self-check").click()
    for number in range(1, 13):
        expect(page.locator(".progress-line")).to_contain_text(f"Question {number} of 12")
        page.wait_for_load_state()  # Its keys work once its script has come.
        page.keyboard.press("u" if number == 2 else str(number % 5))
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".score")).to_contain_text("of 48")
    expect(page.locator(".gaps")).to_contain_text("Not known")
    assert page.evaluate("window.violations") == []
