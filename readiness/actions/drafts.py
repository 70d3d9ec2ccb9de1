"""Drafts of a company's checklists: begun, written item by item, published."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace as but
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.models import User
from common import clock, text
from common.errors import Conflict, Refused
from portfolio.actions import events
from readiness.access import require_checklists
from readiness.actions import catalog
from readiness.catalog import OWN, CatalogError, Item, item_of, made_of, own, told, values_of
from readiness.catalog.checks import LENGTHS, MOST, OF_LINES, item_problems, item_shape
from readiness.models import ChecklistDraft, ChecklistItem, ChecklistTemplate, Origin
from readiness.queries.catalog import template_of, waits
from readiness.queries.checklist_diff import FIELDS, said
from readiness.queries.checklist_drafts import checked, items_of, number_of
from readiness.queries.checklist_drafts import values_of as file_of

HEAD = ("title", "summary", "source")
GONE = "The draft was published or discarded in the meantime."
CHANGED = "Somebody else changed this while you were writing."


def seal(part: Mapping[str, Any]) -> str:
    """A short sum of an item or a head as it was read, by which a lost edit is noticed."""
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16]


def head_of(draft: ChecklistDraft) -> dict[str, str]:
    return {name: str(draft.content.get(name, "")) for name in HEAD}


def entry_of(draft: ChecklistDraft, code: str) -> dict[str, Any] | None:
    """What the draft holds of one item; None when it has none of that code."""
    entries = draft.content.get("items", [])
    return next((dict(entry) for entry in entries if entry["code"] == code), None)


@transaction.atomic
def begin(
    *, by: User, channel: str, title: str, copy: ChecklistTemplate | None = None
) -> ChecklistDraft:
    """A new list of the company; with `copy` it begins with the questions of another list, which
    stay the same questions: their answers count in both."""
    require_checklists(by)
    title = _head(title=title)["title"]
    items: list[dict[str, Any]] = []
    if copy:
        rows = list(copy.items.all())
        keys = {row.code: row.key for row in rows}
        items = [told(but(item, same_as=keys[item.code])) for item in template_of(copy, rows).items]
    slug = (OWN + slugify(title))[:50].rstrip("-")
    if slug == OWN.rstrip("-"):
        slug = f"{OWN}list-{1 + ChecklistDraft.objects.count() + ChecklistTemplate.objects.count()}"
    if ChecklistTemplate.objects.filter(slug=slug).exists():
        raise Refused("There is a list of that name already.", field="title")
    return _made(slug, {"title": title, "items": items}, by, channel)


@transaction.atomic
def next_version(*, template: ChecklistTemplate, by: User, channel: str) -> ChecklistDraft:
    """A draft that follows the newest version of a list that was written on the screen."""
    require_checklists(by)
    if template.origin != Origin.SCREEN:
        raise Refused(f"{template.title} comes from a file. Copy it to write a list of your own.")
    newest = ChecklistTemplate.objects.filter(slug=template.slug).order_by("-version")[0]
    content = told(template_of(newest, newest.items.all()))
    kept = {name: content[name] for name in (*HEAD, "items")}
    return _made(template.slug, kept, by, channel)


def _made(slug: str, content: dict[str, Any], by: User, channel: str) -> ChecklistDraft:
    try:
        with transaction.atomic():
            draft = ChecklistDraft.objects.create(
                slug=slug, content=content, author=by, changed_at=clock.now()
            )
    except IntegrityError:
        raise Conflict("There is a draft of that list already.") from None
    _tell("checklist.begun", draft, by, channel)
    return draft


@transaction.atomic
def change_head(
    *, draft: ChecklistDraft, by: User, channel: str, seen: str, **values: str
) -> ChecklistDraft:
    """Its title, summary and source; Conflict when they changed since `seen`."""
    row = _locked(draft, by)
    before, after = head_of(row), _head(**values)
    if before == after:
        return row
    if seen != seal(before):
        raise Conflict(CHANGED)
    return _kept(row, {**row.content, **after}, by, channel, before=before, after=after)


def _head(**values: str) -> dict[str, str]:
    head = {name: text.clean(value, lines=name == "summary") for name, value in values.items()}
    if not head["title"]:
        raise Refused("Give the list a title.", field="title")
    for name, value in head.items():
        if len(value) > LENGTHS[name]:
            raise Refused(f"{LENGTHS[name]:,} characters are the most.", field=name)
    return head


@transaction.atomic
def save_item(
    *, draft: ChecklistDraft, by: User, channel: str, code: str, seen: str, values: dict[str, Any]
) -> str:
    """Add an item ("" is the code of a new one) or change one; returns its code.

    Conflict when it changed since `seen`. The code stays for ever: answers are given to it.
    """
    row = _locked(draft, by)
    entries = [dict(entry) for entry in row.content.get("items", [])]
    before = entry_of(row, code) if code else None
    if code and before is None:
        raise Conflict("Somebody else removed this question.")
    if len(entries) >= MOST and before is None:
        raise Refused(f"A list has {MOST} questions at most.")
    kept = {"rungs": before["rungs"]} if before and "rungs" in before else {}
    values = {name: _clean(name, value) for name, value in values.items()}
    item = _item({**kept, **values, "code": code or _new_code(row, values["question"])})
    after = _plain(item)
    if before == after:
        return item.code
    twice = [e for e in entries if e != before and e["question"] == item.question]
    if before is None and after in [{**e, "code": item.code} for e in twice]:
        return str(twice[0]["code"])  # The form was sent twice.
    if before is not None and seen != seal(before):
        raise Conflict(CHANGED)
    if before is None:
        entries.append(after)
    else:
        entries = [after if entry["code"] == code else entry for entry in entries]
    told_before, told_after = _differing(before, after)
    content = {**row.content, "items": entries}
    _kept(row, content, by, channel, before=told_before, after=told_after)
    return item.code


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return text.clean(value, lines=name in OF_LINES)
    return [text.clean(one) for one in value] if isinstance(value, list) else value


def _item(entry: dict[str, Any]) -> Item:
    """The item, checked as a file's is; Refused with the first problem."""
    called = f"item “{entry['code']}”"
    for problem in item_shape(entry):
        raise Refused(problem.removeprefix(f"{called}: "))
    item = item_of(entry)
    for problem in item_problems(item):
        raise Refused(problem.removeprefix(f"{called}: ").removeprefix(f"{called} "))
    return item


def _plain(item: Item) -> dict[str, Any]:
    """An item as JSON keeps it."""
    plain: dict[str, Any] = json.loads(json.dumps(told(item)))
    return plain


def _new_code(draft: ChecklistDraft, question: str) -> str:
    """A code that no question of this list ever had."""
    rows = ChecklistItem.objects.filter(template__slug=draft.slug)
    taken = {*rows.values_list("code", flat=True)}
    taken |= {entry["code"] for entry in draft.content.get("items", [])}
    stem = slugify(question)[:40].strip("-").replace("-", "_") or "question"
    code, n = stem, 1
    while code in taken:
        n += 1
        code = f"{stem}_{n}"
    return code


def _differing(
    before: dict[str, Any] | None, after: dict[str, Any]
) -> tuple[dict[str, str], dict[str, str]]:
    """What changed of an item, in words by label."""
    new = _words(after)
    if before is None:
        return {}, {FIELDS["question"]: new[FIELDS["question"]]}
    old = _words(before)
    named = [name for name in new if old[name] != new[name]]
    about = {"Of the question": new[FIELDS["question"]]}
    return {n: old[n] for n in named}, {**about, **{n: new[n] for n in named}}


def _words(entry: dict[str, Any]) -> dict[str, str]:
    (row,) = items_of(ChecklistDraft(slug="x", content={"items": [entry]}))
    return {label: said(row, name) for name, label in FIELDS.items()}


@transaction.atomic
def move(*, draft: ChecklistDraft, by: User, channel: str, code: str, up: bool) -> None:
    """One place up or down; at the end it stays where it is."""
    row = _locked(draft, by)
    entries = list(row.content.get("items", []))
    here = next((n for n, entry in enumerate(entries) if entry["code"] == code), None)
    if here is None:
        raise Conflict("Somebody else removed this question.")
    there = here + (-1 if up else 1)
    if not 0 <= there < len(entries):
        return
    entries[here], entries[there] = entries[there], entries[here]
    question = entries[there]["question"]
    _kept(
        row, {**row.content, "items": entries}, by, channel,
        before={"Place": here + 1}, after={"Of the question": question, "Place": there + 1},
    )  # fmt: skip


@transaction.atomic
def remove(*, draft: ChecklistDraft, by: User, channel: str, code: str) -> None:
    """Take a question out; twice is once."""
    row = _locked(draft, by)
    gone = entry_of(row, code)
    if gone is None:
        return
    entries = [entry for entry in row.content["items"] if entry["code"] != code]
    content = {**row.content, "items": entries}
    _kept(row, content, by, channel, before={FIELDS["question"]: gone["question"]}, after={})


@transaction.atomic
def replace(
    *, draft: ChecklistDraft, by: User, channel: str, seen: int, toml: str
) -> ChecklistDraft:
    """Everything anew from the text of a file; slug and version stay the draft's.

    CatalogError says all that is wrong; Conflict when the draft changed since `seen`.
    """
    row = _locked(draft, by)
    values = values_of(toml, name="The text")
    values |= {"slug": row.slug, "version": number_of(row.slug)}
    template = own(made_of(values, name="The text"), name="The text")
    head = _head(**{name: getattr(template, name) for name in HEAD})
    content = {**head, "items": [_plain(item) for item in template.items]}
    if content == row.content:
        return row
    if seen != row.version:
        raise Conflict(CHANGED)
    before = {"Questions": len(row.content.get("items", []))}
    return _kept(row, content, by, channel, before=before, after={"Questions": len(template.items)})


@transaction.atomic
def discard(*, draft: ChecklistDraft, by: User, channel: str) -> None:
    """Throw the draft away; twice is once."""
    require_checklists(by)
    row = ChecklistDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if row:
        _tell("checklist.discarded", row, by, channel)
        row.delete()


@transaction.atomic
def publish(
    *, draft: ChecklistDraft, by: User, channel: str, seen: int, on: date
) -> ChecklistTemplate:
    """Make a version of the draft that is asked from that day on; it never changes again.

    CatalogError says all that is wrong; Conflict when the draft is not what was previewed.
    """
    row = _locked(draft, by)
    catalog.check_day(on)
    if seen != row.version:
        raise Conflict("The draft changed since you looked at what it would do. Look again.")
    template = checked(file_of(row, number_of(row.slug)))
    versions = ChecklistTemplate.objects.select_for_update().filter(slug=row.slug)
    for one in versions:
        if waits(one):
            raise Refused(f"{one} waits for its day already; call it off first.")
        if one.current and but(template, version=one.version).checksum == one.checksum:
            raise Refused(f"Nothing differs from version {one.version}.")
    stored = catalog.store(template, origin=Origin.SCREEN, by=by, effective_on=on)
    row.delete()
    told_after = {
        "slug": stored.slug, "checklist": str(stored), "questions": stored.size, "from": on,
    }  # fmt: skip
    events.record(verb="checklist.published", by=by, channel=channel, after=told_after)
    if on == clock.today():
        catalog.ask(stored, as_of=on)
    return stored


def _locked(draft: ChecklistDraft, by: User) -> ChecklistDraft:
    require_checklists(by)
    row = ChecklistDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise Conflict(GONE)
    return row


def _kept(
    row: ChecklistDraft, content: dict[str, Any], by: User, channel: str, *,
    before: dict[str, Any], after: dict[str, Any],
) -> ChecklistDraft:  # fmt: skip
    row.content, row.version, row.changed_at = content, row.version + 1, clock.now()
    row.save(update_fields=["content", "version", "changed_at"])
    named = {name: before[name] for name in before if before[name] != after.get(name)}
    now = {name: value for name, value in after.items() if value != before.get(name)}
    _tell("checklist.drafted", row, by, channel, before=named, after=now)
    return row


def _tell(
    verb: str, draft: ChecklistDraft, by: User, channel: str, *,
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    title = draft.content.get("title", "")
    told_after = {"slug": draft.slug, "checklist": title, **(after or {})}
    events.record(verb=verb, by=by, channel=channel, before=before, after=told_after)


__all__ = [
    "CatalogError",
    "begin",
    "change_head",
    "discard",
    "entry_of",
    "head_of",
    "move",
    "next_version",
    "publish",
    "remove",
    "replace",
    "save_item",
    "seal",
]
