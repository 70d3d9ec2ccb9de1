"""Writing a list of the company on the screen, item by item and from a file."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from common import clock
from portfolio.models import Event
from readiness.access import get_item
from readiness.models import Assessment, ChecklistDraft, ChecklistTemplate
from readiness.queries.checklist_drafts import draft_page
from readiness.tasks import ask_new_versions
from tests.factories import Cast, pilot
from tests.factories.answers import answer
from tests.readiness.views.drafting import FAST, ITEM, add, at, codes, fresh, publish


def test_a_list_from_the_first_word_to_a_score(
    mona: Client, draft: ChecklistDraft, cast: Cast
) -> None:
    answer(pilot(cast.mona, "Reader", owner=cast.alice), "latency", cast.alice)
    assert draft.slug == "own-security-rules"
    assert "there are no items" in mona.get(at("", draft)).content.decode()
    assert add(mona, draft).status_code == 302
    assert mona.post(at("-add", draft), FAST).status_code == 302
    assert codes(draft) == ["is_a_deputy_named", "fast_enough"]
    html = mona.get(at("-publish", draft)).content.decode()
    assert "give <b>1 pilot</b> a first score" in html
    assert publish(mona, draft).status_code == 302
    made = ChecklistTemplate.objects.get(slug="own-security-rules")
    assert (made.version, made.current, made.origin, made.published_by, made.size) == (
        1, True, "screen", cast.mona, 2,
    )  # fmt: skip
    first = made.items.get(code="is_a_deputy_named")
    assert (first.when, first.covers, first.valid_days, first.must_have) == (
        ["llm"], ["S4.1", "S4.2"], 90, True,
    )  # fmt: skip
    assert Assessment.objects.get(checklist=made.slug).met == 1
    assert not ChecklistDraft.objects.exists()
    verbs = Event.objects.filter(verb__startswith="checklist.").exclude(verb="checklist.loaded")
    assert list(verbs.order_by("pk").values_list("verb", flat=True)) == [
        "checklist.begun", "checklist.drafted", "checklist.drafted", "checklist.published",
    ]  # fmt: skip
    told = mona.get(reverse("checklist", args=[made.slug])).content.decode()
    assert "published a version" in told
    assert "Question: Is a deputy named?" in told


def test_a_later_day_comes_in_the_zone_of_the_company(
    mona: Client, draft: ChecklistDraft, cast: Cast
) -> None:
    answer(pilot(cast.mona, owner=cast.alice), "latency", cast.alice)
    mona.post(at("-add", draft), FAST)
    publish(mona, draft, days=5)
    made = ChecklistTemplate.objects.get(slug=draft.slug)
    day = clock.today() + timedelta(days=5)
    assert not made.current
    for moment, current in (
        (f"{day - timedelta(days=1)}T23:59:00Z", False),
        (f"{day}T00:01:00Z", True),
    ):
        with time_machine.travel(moment, tick=False):
            ask_new_versions()
            ask_new_versions()
        made.refresh_from_db()
        assert made.current is current
    assert made.effective_on == day
    assert Event.objects.filter(verb="checklist.asked").count() == 1


def test_a_next_version_keeps_its_questions_and_their_answers(
    mona: Client, draft: ChecklistDraft, cast: Cast
) -> None:
    add(mona, draft)
    mona.post(at("-add", draft), FAST)
    publish(mona, draft)
    assert mona.post(reverse("checklist-next", args=[draft.slug])).status_code == 302
    assert mona.post(reverse("checklist-next", args=[draft.slug])).status_code == 302
    second = ChecklistDraft.objects.get()
    found = publish(mona, second)
    assert found.status_code == 422
    assert "Nothing differs from version 1" in found.content.decode()
    mona.post(at("-remove", second, "is_a_deputy_named"))
    add(mona, second)
    # A question that was removed and written anew is a new one.
    assert codes(second) == ["fast_enough", "is_a_deputy_named_2"]
    assert publish(mona, second, days=3).status_code == 302
    keys = ChecklistTemplate.objects.get(version=2, slug=draft.slug).items.values_list("key")
    assert list(keys) == [("production.latency",), ("own-security-rules.is_a_deputy_named_2",)]
    mona.post(reverse("checklist-next", args=[draft.slug]))
    third = ChecklistDraft.objects.get()
    add(mona, third, question="More?")
    assert "waits for its day already" in publish(mona, third).content.decode()


def test_a_copy_asks_the_same_questions(mona: Client, cast: Cast) -> None:
    answer(pilot(cast.mona, owner=cast.alice), "latency", cast.alice)
    mona.post(reverse("checklist-new"), {"title": "Ours", "copy": "full"})
    draft = ChecklistDraft.objects.get()
    page = draft_page(draft)
    full = ChecklistTemplate.objects.get(slug="full", current=True)
    assert [item.key for item in page.items] == [item.key for item in full.items.all()]
    assert page.problems == ()
    publish(mona, draft)
    assert Assessment.objects.get(checklist="own-ours").met == 1


def test_questions_of_other_lists_are_told_as_people_read_them(
    mona: Client, draft: ChecklistDraft
) -> None:
    add(mona, draft, same_as="governance.may_use", question="May our people use it?")
    page = mona.get(at("", draft)).content.decode()
    assert "governance.may_use" not in page
    asked = get_item("may_use", slug="governance").question
    assert f"the same as “{asked}” of Four governance questions" in page
    # Twice the same is a problem, told with the question as well.
    add(mona, draft, same_as="governance.may_use", question="And ours again?")
    page = mona.get(at("", draft)).content.decode()
    assert "governance.may_use" not in page
    assert f"two items are answered by “{asked}”" in page


def test_names_that_are_taken_or_empty(mona: Client, draft: ChecklistDraft) -> None:
    new = reverse("checklist-new")
    again = mona.post(new, {"title": "Security rules"})
    assert again.status_code == 422
    assert "There is a draft of that list already" in again.content.decode()
    for wrong in ("", " ", "x" * 10_000, "\u202e"):
        assert mona.post(new, {"title": wrong}).status_code == 422
    assert mona.post(new, {"title": "规则", "copy": "nowhere"}).status_code == 422
    assert mona.post(new, {"title": "规则"}).status_code == 302
    assert ChecklistDraft.objects.exclude(pk=draft.pk).get().slug.startswith("own-list-")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"question": ""}, "This field is required"),
        ({"question": "x" * 10_000}, "at most 300 characters"),
        ({"evidence": " "}, "This field is required"),
        ({"kind": "rumour"}, "rumour is not one of the available choices"),
        ({"valid_days": "1e400"}, "Enter a whole number"),
        ({"valid_days": "NaN"}, "Enter a whole number"),
        ({"valid_days": "0"}, "greater than or equal to 1"),
        ({"valid_days": "99999999999999999999"}, "less than or equal to 3650"),
        ({"same_as": "nowhere.at_all"}, "is not one of the available choices"),
        ({"same_as": "own-security-rules.x"}, "is not one of the available choices"),
        ({"covers": "a mark that is long"}, "8 are the most"),
        ({"when": ["sunny"]}, "sunny is not one of the available choices"),
        ({"dimension": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_a_question_says_why_and_loses_nothing(
    mona: Client, draft: ChecklistDraft, changes: dict[str, Any], said: str
) -> None:
    found = add(mona, draft, **changes)
    assert found.status_code == 422
    html = found.content.decode()
    assert said in html
    assert "Ask in the team." in html
    assert fresh(draft).content["items"] == []


def test_the_same_question_has_evidence_of_the_same_form(
    mona: Client, draft: ChecklistDraft
) -> None:
    add(mona, draft, same_as="production.latency")
    found = mona.get(at("", draft)).content.decode()
    assert "no list asks that with evidence of the kind any" in found
    assert publish(mona, draft).status_code == 422
    assert not ChecklistTemplate.objects.filter(slug=draft.slug).exists()


def test_markup_is_text_and_signs_that_reorder_are_gone(
    mona: Client, draft: ChecklistDraft
) -> None:
    add(mona, draft, question="<script>alert(1)</script> \u202eevil?")
    html = mona.get(at("", draft)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; evil?" in html
    assert "<script>alert" not in html


def test_sent_twice_is_one_question(mona: Client, draft: ChecklistDraft) -> None:
    add(mona, draft)
    add(mona, draft)
    assert codes(draft) == ["is_a_deputy_named"]


def test_two_people_write_the_same_question(
    mona: Client, draft: ChecklistDraft, cast: Cast
) -> None:
    add(mona, draft)
    there = at("-item", draft, "is_a_deputy_named")
    seen = mona.get(there).context["form"]["seen"].value()
    other = Client()
    other.force_login(cast.ada)
    theirs = ITEM | {"seen": seen, "close": "Ask twice."}
    assert other.post(there, theirs).status_code == 302
    mine = ITEM | {"seen": seen, "close": "Ask by mail."}
    found = mona.post(there, mine)
    assert found.status_code == 409
    html = found.content.decode()
    assert "Somebody else changed this while you were writing." in html
    assert "Ask twice." in html
    assert "Ask by mail." in html
    again = mine | {"seen": found.context["form"]["seen"].value()}
    assert mona.post(there, again).status_code == 302
    assert fresh(draft).content["items"][0]["close"] == "Ask by mail."
    other.post(at("-remove", draft, "is_a_deputy_named"))
    gone = mona.post(there, mine)
    assert gone.status_code == 409
    assert "Somebody else removed this question." in gone.content.decode()


def test_two_people_write_two_questions(mona: Client, draft: ChecklistDraft, cast: Cast) -> None:
    add(mona, draft)
    add(mona, draft, question="Second?")
    seen = [
        mona.get(at("-item", draft, code)).context["form"]["seen"].value() for code in codes(draft)
    ]
    other = Client()
    other.force_login(cast.ada)
    for who, code, mark in zip((mona, other), codes(draft), seen, strict=True):
        sent = ITEM | {"question": f"{code}?", "seen": mark}
        assert who.post(at("-item", draft, code), sent).status_code == 302
    assert [entry["question"] for entry in fresh(draft).content["items"]] == [
        "is_a_deputy_named?", "second?",
    ]  # fmt: skip


def test_two_people_write_the_title(mona: Client, draft: ChecklistDraft) -> None:
    seen = mona.get(at("", draft)).context["form"]["seen"].value()
    head = {"title": "Safety rules", "summary": "One\nTwo", "source": "P-1", "seen": seen}
    assert mona.post(at("", draft), head).status_code == 302
    found = mona.post(at("", draft), head | {"title": "Other rules"})
    assert found.status_code == 409
    assert "Safety rules" in found.content.decode()
    assert mona.post(at("", draft), {"title": "", "seen": seen}).status_code == 422
    again = head | {"title": "Other rules", "seen": found.context["form"]["seen"].value()}
    assert mona.post(at("", draft), again).status_code == 302
    assert fresh(draft).content["title"] == "Other rules"


def test_a_draft_that_changed_is_not_published_unseen(mona: Client, draft: ChecklistDraft) -> None:
    add(mona, draft)
    found = publish(mona, draft, seen=1)
    assert found.status_code == 409
    assert "The draft changed since you looked" in found.content.decode()
    assert publish(mona, draft, effective_on="2020-01-01").status_code == 422
    assert publish(mona, draft, effective_on="").status_code == 422


def test_questions_move_and_go_with_and_without_htmx(mona: Client, draft: ChecklistDraft) -> None:
    for question in ("One?", "Two?", "Three?"):
        add(mona, draft, question=question)
    assert mona.post(at("-move", draft, "three"), {"to": "up"}).status_code == 302
    part = mona.post(at("-move", draft, "one"), {"to": "down"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert part.content.decode().strip().startswith('<div id="draft-items">')
    assert codes(draft) == ["three", "one", "two"]
    mona.post(at("-move", draft, "three"), {"to": "up"})
    mona.post(at("-remove", draft, "one"))
    mona.post(at("-remove", draft, "one"))
    assert codes(draft) == ["three", "two"]
    assert mona.post(at("-move", draft, "one"), {"to": "up"}).status_code == 409


def test_a_draft_is_discarded(mona: Client, draft: ChecklistDraft) -> None:
    assert mona.post(at("-discard", draft)).status_code == 302
    assert mona.post(at("-discard", draft)).status_code == 404
    assert mona.get(at("", draft)).status_code == 404


def test_a_list_from_a_file_is_copied_not_written(mona: Client) -> None:
    found = mona.post(reverse("checklist-next", args=["production"]))
    assert found.status_code == 422
    assert "Copy it to write a list of your own" in found.content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kind": "number", "least": "ninety"}, "Write a number, such as 80 or 0.5."),
        ({"kind": "number", "most": "1e400"}, "Write a number, such as 80 or 0.5."),
        ({"kind": "number", "least": "9", "most": "8"}, "It is not less than"),
        ({"kind": "any", "least": "80"}, "This is for a number"),
        ({"kind": "latency", "unit": "ms"}, "This is for a number"),
        ({"kind": "number", "unit": "x" * 21}, "at most 20 characters"),
    ],
)
def test_a_bar_that_cannot_be(
    mona: Client, draft: ChecklistDraft, sent: dict[str, str], sentence: str
) -> None:
    page = add(mona, draft, **sent)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert codes(draft) == []


def test_a_number_with_its_bar_reaches_the_list(mona: Client, draft: ChecklistDraft) -> None:
    assert add(mona, draft, kind="number", least="80", unit="%").status_code == 302
    assert "a number, at least 80 %" in mona.get(at("", draft)).content.decode()
    assert publish(mona, draft).status_code == 302
    made = ChecklistTemplate.objects.get(slug=draft.slug)
    item = made.items.get()
    assert (item.least, item.most, item.unit) == ("80", "", "%")
    page = mona.get(reverse("checklist", args=[draft.slug])).content.decode()
    assert "<b>at least 80 %</b>" in page
