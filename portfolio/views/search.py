"""One box for everything: a page of its own, and what the palette shows."""

from functools import cache

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.htmx import page_or_partial, wants_partial
from common.sought import sought
from common.throttle import Bucket
from common.written import html
from portfolio.flags.registry import rules
from portfolio.models import Pilot
from portfolio.queries.palette import RECENT_MAX, offer
from portfolio.queries.words import KEYS, WORDS
from portfolio.views import Request

GUIDE = settings.BASE_DIR / "docs" / "guide"
# A fast typist asks eight times a second; the page waits for a pause before it asks at all.
asking = Bucket(burst=40, per_second=8)


@require_safe
def search(request: Request) -> HttpResponseBase:
    """Pilots, actions, pages and people that fit; a reference typed in full opens its pilot."""
    if not asking.take(request.user.pk):
        sentence = "That is faster than anybody reads. Wait a moment, then go on."
        response = render(request, "429.html", {"sentence": sentence}, status=429)
        response["Retry-After"] = "2"
        return response
    typed = request.GET.get("q", "")
    what = sought(typed)
    if what.certain and what.number is not None and not wants_partial(request):
        seen = Pilot.objects.visible_to(request.user).filter(pk=what.number).first()
        if seen:
            return redirect("pilot", seen.ref)
    found = offer(typed, user=request.user, recent=_recent(request))
    response = page_or_partial(request, "portfolio/search.html", "search-results", {"offer": found})
    response["Cache-Control"] = "no-store"
    return response


def _recent(request: Request) -> tuple[int, ...]:
    """Ids of the pilots that this device opened last, as its browser remembers them."""
    refs = request.GET.get("recent", "")[:400].split(",")[:RECENT_MAX]
    numbers = (sought(ref) for ref in refs)
    return tuple(what.number for what in numbers if what.certain and what.number is not None)


@require_safe
def help_page(request: Request) -> HttpResponse:
    """The words of the product, the flags, the keys."""
    context = {"words": WORDS, "keys": KEYS, "rules": rules.values(), "guide": guide()}
    return page_or_partial(request, "portfolio/help.html", "help", context)


@require_safe
def guide_page(request: Request, slug: str) -> HttpResponse:
    """A page of the guide; it comes with the installation."""
    if slug not in guide():
        raise Http404("There is no such page in the guide.")
    title, _, written = (GUIDE / f"{slug}.md").read_text().partition("\n")
    context = {"title": title.lstrip("# "), "written": html(written, follow=_follow)}
    return TemplateResponse(request, "portfolio/guide.html", context)


def _follow(target: str) -> str:
    """Where a link of the guide leads here: to another page of it, or nowhere."""
    page, _, heading = target.partition("#")
    if not page.endswith(".md"):
        return target
    slug = page.removesuffix(".md")
    if slug not in guide():
        return ""
    return reverse("guide", args=[slug]) + (f"#{heading}" if heading else "")


@cache
def guide() -> dict[str, str]:
    """Title by slug of every page of the guide."""
    return {
        page.stem: page.read_text().partition("\n")[0].lstrip("# ")
        for page in sorted(GUIDE.glob("*.md"))
        if page.stem != "README"
    }
