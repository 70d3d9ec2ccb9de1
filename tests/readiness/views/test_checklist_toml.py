"""A draft from a TOML file, and as one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common import clock
from readiness.actions import catalog, drafts
from readiness.catalog import parse
from readiness.models import ChecklistDraft
from readiness.queries.checklist_drafts import values_of
from tests.readiness.views.drafting import add, at, codes, fresh, publish


def test_a_file_takes_the_place_of_the_draft(mona: Client, draft: ChecklistDraft) -> None:
    add(mona, draft)
    text = mona.get(at("-file", draft)).content.decode()
    assert parse(text, name="x").items[0].code == "is_a_deputy_named"
    changed = text.replace("Ask in the team.", "Ask the team lead.").replace(
        draft.slug, "production"
    )
    paste = at("-paste", draft)
    sent = {"seen": fresh(draft).version, "text": changed}
    assert mona.post(paste, sent).status_code == 302
    assert fresh(draft).content["items"][0]["close"] == "Ask the team lead."
    stale = mona.post(paste, sent | {"text": text})
    assert stale.status_code == 409
    assert "Ask in the team." in stale.content.decode()
    file = SimpleUploadedFile("own.toml", ("\ufeff" + text).encode())
    assert mona.post(paste, {"seen": fresh(draft).version, "file": file}).status_code == 302
    assert fresh(draft).content["items"][0]["close"] == "Ask in the team."


GOOD = """
title = "T"
summary = ""
source = ""
[[items]]
code = "one"
question = "One?"
evidence = "A thing."
close = "Do it."
dimension = "data"
level = "groundwork"
side = "technical"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Choose a file or paste its text"),
        ("title = ", "is not a checklist template"),
        ("a = " + "[" * 50_000, "is not a checklist template"),
        ("a = " + "9" * 20_000, "is not a checklist template"),
        (GOOD * 2, "is not a checklist template"),
        (GOOD + GOOD[GOOD.index("[[items]]") :], "two items have the code “one”"),
        (GOOD.replace('"A thing."', "7"), "evidence is a text"),
        (GOOD.replace('"A thing."', "nan"), "evidence is a text"),
        (GOOD + "valid_days = 1e400", "valid_days is a whole number"),
        (GOOD + "must_have = 1", "must_have is true or false"),
        (GOOD + "when = 'llm'", "when is a short list"),
        (GOOD + "when = ['llm', 'llm']", "when lists facts"),
        (GOOD + "secret = 1", "“secret” is no field of a checklist"),
        (GOOD + "same_as = 'up'", "same_as is a list and a code"),
        (GOOD.replace("One?", "One\\u202e?"), "signs that cannot be shown"),
        (GOOD.replace("One?", "x" * 301), "300 are the most"),
        (GOOD.replace('"one"', '"One"'), "code is of small letters"),
        (GOOD.replace('"T"', '""'), "there is no title"),
        (GOOD.replace("[[items]]", "answered = 'record'\n[[items]]"), "answered by people"),
        ("items = 3\n" + GOOD.split("[[items]]")[0], "items is a list"),
        ("x" * 300_001, "at most 300000 characters"),
    ],
)
def test_text_that_is_no_list_is_named_and_kept(
    mona: Client, draft: ChecklistDraft, text: str, said: str
) -> None:
    add(mona, draft)
    before = fresh(draft).content
    found = mona.post(at("-paste", draft), {"seen": fresh(draft).version, "text": text})
    assert found.status_code == 422
    assert said in found.content.decode()
    assert fresh(draft).content == before


def test_a_circle_cannot_be_published(mona: Client, draft: ChecklistDraft) -> None:
    text = (
        GOOD
        + 'same_as = "own-security-rules.two"\n'
        + GOOD[GOOD.index("[[items]]") :].replace('"one"', '"two"')
        + 'same_as = "own-security-rules.one"\n'
    )
    mona.post(at("-paste", draft), {"seen": draft.version, "text": text})
    assert len(codes(draft)) == 2
    found = publish(mona, draft)
    assert found.status_code == 422
    assert "no list asks that with evidence" in found.content.decode()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"title = \xe9", b"x" * 300_001])
def test_an_upload_that_is_no_text(mona: Client, draft: ChecklistDraft, content: bytes) -> None:
    file = SimpleUploadedFile("own.toml", content)
    found = mona.post(at("-paste", draft), {"seen": draft.version, "file": file})
    assert found.status_code == 422


def test_what_the_draft_says_reads_back(mona: Client, draft: ChecklistDraft) -> None:
    add(mona, draft, evidence='Two\nlines with "quotes", a \\ and a #.', covers="")
    text = mona.get(at("-file", draft)).content.decode()
    assert parse(text, name="x").items[0].evidence == 'Two\nlines with "quotes", a \\ and a #.'
    assert values_of(fresh(draft), 1)["slug"] == draft.slug
    assert drafts.entry_of(fresh(draft), "nothing") is None
    assert catalog.take_effect(as_of=clock.today()) == 0
