"""Rows of a scorecard. In Python, because a template pays for every variable of every row."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.templatetags import ui
from readiness.queries.scorecard import ItemCard

register = template.Library()


@register.simple_tag
def check_row(card: ItemCard, query: str = "") -> SafeString:
    """{% check_row card query %} - an item as a closed row; `query` is what the address narrows."""
    return mark_safe(  # noqa: S308 - every text is escaped
        f'<li id="item-{escape(card.item.code)}" class="{check_css(card)}">'
        f"{check_head(card, query)}</li>\n"
    )


@register.filter
def check_css(card: ItemCard) -> str:
    """{{ card|check_css }} - the classes of its row."""
    return "check" if card.met else "check is-left"


@register.simple_tag
def check_head(card: ItemCard, query: str = "", opened: bool = False) -> SafeString:
    """{% check_head card query opened %} - the line of one item; its question opens it."""
    item = card.item
    code = escape(item.code)
    asked = escape(
        "&".join(part for part in ("" if opened else f"open={item.code}", query) if part)
    )
    must = '<span class="must">Must-have</span>' if item.must_have else ""
    state = "on_track" if card.met else "at_risk" if card.expired else ""
    return mark_safe(  # noqa: S308 - every text is escaped
        f'<div class="check-line"><h4><a class="q" href="?{asked}#item-{code}" '
        f'hx-get="?{asked}" aria-expanded="{"true" if opened else "false"}">'
        f'<span class="no">{item.position}</span> {escape(item.question)}</a></h4>{must}'
        f"{ui.status(state, card.word)}<small>{_until(card)}</small></div>"
    )


def _until(card: ItemCard) -> str:
    """When it ran or runs out; what the word beside it does not say."""
    answer = card.answer
    if answer is None or answer.valid_until is None or answer.state == "open":
        return ""
    return f"{'on' if card.expired else 'until'} {ui.day(answer.valid_until)}"
