"""Tags: given and taken on a pilot, offered while one types, tidied by managers."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import roles_of
from common.errors import Refused
from common.htmx import toast
from portfolio.access import get_pilot
from portfolio.actions import tags
from portfolio.forms.tags import RenameForm, TagForm
from portfolio.models import Channel, Tag
from portfolio.queries import tags as queries
from portfolio.views import Request, answers


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, ref: str) -> HttpResponseBase:
    """Give a pilot tags."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = TagForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        told = answers.tried(
            form,
            lambda: (
                tags.change(
                    pilot=pilot, by=request.user, channel=Channel.WEB, add=form.names
                ),
            ),
        )  # fmt: skip
        if told:
            return answers.done(request, pilot, f"{pilot.ref} is tagged.")
    return answers.ask(request, pilot, form, title="Add tags", button="Add")


@require_POST
def remove(request: Request, ref: str) -> HttpResponseBase:
    """Take one tag from a pilot."""
    pilot = get_pilot(request.user, ref, need="edit")
    name = request.POST.get("tag", "")
    tags.change(pilot=pilot, by=request.user, channel=Channel.WEB, remove=[name])
    return answers.show(request, pilot)


@require_safe
def options(request: Request) -> HttpResponse:
    """Names to choose from while one types; only tags of pilots one may see."""
    words = request.GET.get("tag", "")[:600]
    kept = words.rpartition(",")[0]
    names = queries.suggestions(words, request.user)
    values = ((f"{kept}, {name}" if kept else name,) for name in names)
    return HttpResponse(format_html_join("", '<option value="{}">', values))


@require_safe
def tag_list(request: Request) -> TemplateResponse:
    """Every tag with its pilots; managers of the whole company tidy them."""
    may_tidy = "/" in roles_of(request.user).managed
    context = {"tags": queries.lines(request.user), "may_tidy": may_tidy}
    return TemplateResponse(request, "portfolio/tag_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tidy(request: Request, number: int) -> HttpResponseBase:
    """Rename a tag; onto another's name the two become one."""
    tag = queries.known_to(request.user).filter(pk=number).first()
    if tag is None:
        raise Http404("There is no such tag.")
    form = RenameForm(answers.sent(request), initial={"name": tag.name})
    if form.is_bound and form.is_valid():
        try:
            return _renamed(request, tag, form.cleaned_data["name"])
        except Refused as refusal:
            form.add_error("name", refusal.sentence)
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "tag": tag, "may_tidy": "/" in roles_of(request.user).managed}
    return TemplateResponse(request, "portfolio/tag_edit.html", context, status=status)


def _renamed(request: Request, tag: Tag, name: str) -> HttpResponseBase:
    made = tags.rename(tag=tag, by=request.user, channel=Channel.WEB, name=name)
    said = f"“{tag.name}” is “{made.name}” now."
    toast(request, said if made.pk == tag.pk else f"{said} The two are one tag.")
    return redirect("tags")


@require_POST
def delete(request: Request, number: int) -> HttpResponseBase:
    tag = queries.known_to(request.user).filter(pk=number).first()
    if tag is None:
        raise Http404("There is no such tag.")
    tags.delete(tag=tag, by=request.user, channel=Channel.WEB)
    toast(request, f"“{tag.name}” is on no pilot any more.")
    return redirect("tags")
