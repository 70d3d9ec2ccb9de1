"""Writing a checklist of the company: begin, item by item, from a file, preview, publish."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import Conflict, Refused
from common.htmx import page_or_partial, toast
from portfolio.models import Channel
from readiness.access import get_draft, get_version, require_checklists
from readiness.actions import drafts
from readiness.catalog import CatalogError, written
from readiness.forms.checklists import DayForm, HeadForm, ItemForm, NewForm, TomlForm, initial_of
from readiness.models import ChecklistDraft
from readiness.queries import catalog as queries
from readiness.queries.checklist_drafts import draft_page, values_of
from readiness.queries.checklist_preview import preview
from readiness.views import Request
from readiness.views.checklists import as_file

WEB = Channel.WEB
PAGE = "readiness/checklist_draft.html"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponseBase:
    """A new list, empty or with the questions of another one."""
    require_checklists(request.user)
    lists = queries.copied_from()
    form = NewForm(
        lists, request.POST if request.method == "POST" else None, initial=_copy(request)
    )
    if form.is_bound and form.is_valid():
        copy = next((one for one in lists if one.slug == form.cleaned_data["copy"]), None)
        title = form.cleaned_data["title"]
        try:
            draft = drafts.begin(by=request.user, channel=WEB, title=title, copy=copy)
        except (Refused, Conflict) as refused:
            form.add_error("title", refused.sentence)
        else:
            return redirect("checklist-draft", draft.slug)
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "readiness/checklist_new.html", {"form": form}, status=status)


def _copy(request: Request) -> dict[str, str]:
    return {"copy": request.GET.get("copy", "")[:60]}


@require_POST
def next_version(request: Request, slug: str) -> HttpResponseBase:
    """Begin the next version of a list of the company; a draft that is there is opened."""
    require_checklists(request.user)
    if not ChecklistDraft.objects.filter(slug=slug).exists():
        drafts.next_version(template=get_version(slug), by=request.user, channel=WEB)
    return redirect("checklist-draft", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request, slug: str) -> HttpResponseBase:
    """The draft with its items and what is wrong with it; a POST changes title and summary."""
    draft = get_draft(request.user, slug)
    if request.method != "POST":
        return _page(request, draft)
    form = HeadForm(request.POST)
    if form.is_valid():
        try:
            drafts.change_head(draft=draft, by=request.user, channel=WEB, **form.values)
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        except Conflict as conflict:
            return _both(request, get_draft(request.user, slug), form, conflict.sentence)
        else:
            toast(request, "Saved.")
            return redirect("checklist-draft", slug)
    return _page(request, draft, form, status=422)


def _both(
    request: Request, draft: ChecklistDraft, form: HeadForm, sentence: str
) -> TemplateResponse:
    """What was sent stays in the boxes, beside what is saved now."""
    head = drafts.head_of(draft)
    _renewed(request, form, drafts.seal(head))
    theirs = [(form[name].label, head[name], form[name].value()) for name in head]
    theirs = [one for one in theirs if one[1] != one[2]]
    return _page(request, draft, form, status=409, conflict=sentence, theirs=theirs)


def _renewed(request: Request, form: forms.Form, seen: object, **values: str) -> None:
    """The form as it was sent, but drawn from what is there now."""
    data = request.POST.copy()
    for name, value in {"seen": str(seen), **values}.items():
        data[name] = value
    form.data = data


def _page(
    request: Request, draft: ChecklistDraft, form: HeadForm | None = None, *, status: int = 200,
    **more: Any,
) -> TemplateResponse:  # fmt: skip
    head = drafts.head_of(draft)
    form = form or HeadForm(initial={**head, "seen": drafts.seal(head)})
    context = {"page": draft_page(draft), "draft": draft, "form": form, **more}
    return page_or_partial(request, PAGE, "draft-items", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: Request, slug: str, code: str = "") -> HttpResponseBase:
    """Add a question, or change the one of that code."""
    draft = get_draft(request.user, slug)
    entry = drafts.entry_of(draft, code)
    if code and entry is None and request.method != "POST":
        raise Http404("There is no such question in the draft.")
    known = queries.questions(besides=slug)
    if request.method != "POST":
        seen = {"seen": drafts.seal(entry)} if entry else {}
        return _item(
            request, draft, code, ItemForm(known, initial={**initial_of(entry or {}), **seen})
        )
    form = ItemForm(known, request.POST)
    if form.is_valid():
        return _save(request, draft, code, form)
    return _item(request, draft, code, form, status=422)


def _save(request: Request, draft: ChecklistDraft, code: str, form: ItemForm) -> HttpResponseBase:
    seen = form.cleaned_data["seen"]
    try:
        saved = drafts.save_item(
            draft=draft, by=request.user, channel=WEB, code=code, seen=seen, values=form.values
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _item(request, draft, code, form, status=422)
    except Conflict as conflict:
        return _both_items(request, draft, code, form, conflict.sentence)
    toast(request, "Saved." if code else "Added.")
    if not code and "again" in request.POST:
        return redirect("checklist-draft-add", draft.slug)
    there = redirect("checklist-draft", draft.slug)
    there["Location"] += f"#item-{saved}"
    return there


def _both_items(
    request: Request, draft: ChecklistDraft, code: str, form: ItemForm, sentence: str
) -> TemplateResponse:
    """What was sent stays in the boxes, beside what is saved now; saving again puts it there."""
    fresh = get_draft(request.user, draft.slug)
    entry = drafts.entry_of(fresh, code)
    _renewed(request, form, drafts.seal(entry) if entry else "")
    saved = initial_of(entry) if entry else {}
    theirs = [
        (one.label, saved.get(one.name, ""), one.value())
        for one in form.visible_fields() if entry and saved.get(one.name, "") != one.value()
    ]  # fmt: skip
    theirs = [one for one in theirs if one[1] or one[2]]
    code = code if entry else ""  # Somebody removed it: what was written can be added again.
    return _item(request, fresh, code, form, status=409, conflict=sentence, theirs=theirs)


def _item(
    request: Request, draft: ChecklistDraft, code: str, form: ItemForm, *, status: int = 200,
    **more: Any,
) -> TemplateResponse:  # fmt: skip
    context = {"draft": draft, "code": code, "form": form, **more}
    return TemplateResponse(request, "readiness/checklist_item.html", context, status=status)


@require_POST
def move(request: Request, slug: str, code: str) -> HttpResponseBase:
    """One place up or down."""
    draft = get_draft(request.user, slug)
    up = request.POST.get("to") == "up"
    drafts.move(draft=draft, by=request.user, channel=WEB, code=code, up=up)
    return _shown(request, slug)


@require_POST
def remove(request: Request, slug: str, code: str) -> HttpResponseBase:
    """Take a question out of the draft."""
    draft = get_draft(request.user, slug)
    drafts.remove(draft=draft, by=request.user, channel=WEB, code=code)
    return _shown(request, slug)


def _shown(request: Request, slug: str) -> HttpResponseBase:
    """In place for htmx, else by the draft's page."""
    if request.headers.get("HX-Request"):
        return _page(request, get_draft(request.user, slug))
    there = redirect("checklist-draft", slug)
    there["Location"] += "#draft-items"
    return there


@require_safe
def file(request: Request, slug: str) -> HttpResponse:
    """The draft as a TOML file."""
    draft = get_draft(request.user, slug)
    found = draft_page(draft)
    return as_file(slug, written(values_of(draft, found.number)))


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: Request, slug: str) -> HttpResponseBase:
    """Everything anew from a TOML file or its text."""
    draft = get_draft(request.user, slug)
    if request.method != "POST":
        content = written(values_of(draft, draft_page(draft).number))
        return _paste(request, draft, TomlForm(initial={"seen": draft.version, "text": content}))
    form = TomlForm(request.POST, request.FILES)
    if not form.is_valid():
        return _paste(request, draft, form, status=422)
    try:
        drafts.replace(
            draft=draft, by=request.user, channel=WEB, seen=form.cleaned_data["seen"],
            toml=form.cleaned_data["text"],
        )  # fmt: skip
    except (CatalogError, Refused) as error:
        return _paste(request, draft, form, status=422, problems=_all(error))
    except Conflict as conflict:
        return _paste(request, draft, form, status=409, conflict=conflict.sentence)
    toast(request, "The draft is as the file has it.")
    return redirect("checklist-draft", slug)


def _all(error: CatalogError | Refused) -> tuple[str, ...]:
    return error.problems if isinstance(error, CatalogError) else (error.sentence,)


def _paste(
    request: Request, draft: ChecklistDraft, form: TomlForm, *, status: int = 200, **more: Any
) -> TemplateResponse:
    if form.is_bound:  # An upload is shown as text, so that nothing sent is lost.
        seen = (
            get_draft(request.user, draft.slug).version if status == 409 else form["seen"].value()
        )
        written_now = form.cleaned_data.get("text") or form["text"].value() or ""
        _renewed(request, form, seen, text=written_now)
    context = {"draft": draft, "form": form, **more}
    return TemplateResponse(request, "readiness/checklist_toml.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Request, slug: str) -> HttpResponseBase:
    """What the draft would do to the scores of pilots; a POST publishes it from a day on."""
    draft = get_draft(request.user, slug)
    if request.method != "POST":
        return _publish(request, draft, DayForm(initial={"seen": draft.version}))
    form = DayForm(request.POST)
    if not form.is_valid():
        return _publish(request, draft, form, status=422)
    seen, on = form.cleaned_data["seen"] or 0, form.cleaned_data["effective_on"]
    try:
        made = drafts.publish(draft=draft, by=request.user, channel=WEB, seen=seen, on=on)
    except Refused as refused:
        form.add_error("effective_on", refused.sentence)
        return _publish(request, draft, form, status=422)
    except CatalogError:  # The page says all that is wrong.
        return _publish(request, draft, form, status=422)
    except Conflict as conflict:
        return _again(request, slug, form, conflict)
    toast(request, f"{made} is published. It never changes again.")
    return redirect("checklist", slug)


def _again(request: Request, slug: str, form: DayForm, conflict: Conflict) -> TemplateResponse:
    """The preview anew, of the draft as it is now."""
    draft = get_draft(request.user, slug)
    _renewed(request, form, draft.version)
    return _publish(request, draft, form, status=409, conflict=conflict.sentence)


def _publish(
    request: Request, draft: ChecklistDraft, form: DayForm, *, status: int = 200, **more: Any
) -> TemplateResponse:
    found = draft_page(draft)
    moves = None if found.problems else preview(
        slug=draft.slug, items=found.items, user=request.user, as_of=clock.today()
    )  # fmt: skip
    context = {"page": found, "draft": draft, "form": form, "preview": moves, **more}
    return TemplateResponse(request, "readiness/checklist_publish.html", context, status=status)


@require_POST
def discard(request: Request, slug: str) -> HttpResponseBase:
    """Throw the draft away."""
    draft = get_draft(request.user, slug)
    drafts.discard(draft=draft, by=request.user, channel=WEB)
    toast(request, "The draft is discarded.")
    return redirect("checklists")
