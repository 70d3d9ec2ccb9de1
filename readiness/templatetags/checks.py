"""Rows of a scorecard. In Python, because a template pays for every variable of every row."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from common.templatetags import ui
from readiness.queries.compare import Comparison, Pair
from readiness.queries.scorecard import ItemCard

register = template.Library()
NOTE = 240  # characters of a note beside another pilot's
NAME = 60  # of a name in a head


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
        f"{ui.status(state, card.word)}{_beside(card)}</div>"
    )


def _beside(card: ItemCard) -> str:
    """What stands behind the state: why numbers do not count, or until when it does."""
    if card.short and not card.waiting:
        return f'<small class="short">{escape(card.short)}</small>'
    return f"<small>{_until(card)}</small>"


def _until(card: ItemCard) -> str:
    """When it runs out, and whether a waiver is asked for. When it ran out the word beside it
    says."""
    if card.waiting:
        return "waiver asked for"
    answer = card.answer
    if answer is None or not answer.valid_until or answer.state == "open" or card.expired:
        return ""
    return f"until {ui.day(answer.valid_until)}"


@register.simple_tag
def pairs_table(pairs: Iterable[Pair], comparison: Comparison) -> SafeString:
    """{% pairs_table pairs comparison %} - question by question, what each of two pilots did."""
    refs = [escape(card.pilot.ref) for card in comparison.cards]
    heads = "".join(
        f'<th scope="col">{card.pilot.ref} <small>{escape(Truncator(card.pilot.name).chars(NAME))}'
        "</small></th>"
        for card in comparison.cards
    )
    slug = escape(comparison.left.template.slug)
    rows = []
    for pair in pairs:
        cells = (
            f'<td data-label="{ref}">{_did(card, ref, slug)}</td>'
            for card, ref in zip(pair.sides, refs, strict=True)
        )
        about = f"{pair.item.get_dimension_display()} · {pair.item.get_level_display()}"
        rows.append(
            f'<tr><th scope="row" class="main">{escape(pair.item.question)}'
            f"<small>{escape(about)}</small></th>{''.join(cells)}</tr>"
        )
    return mark_safe(  # noqa: S308 - every text is escaped
        '<section class="section section-gap" aria-labelledby="pairs"><header>'
        '<h2 id="pairs">Question by question</h2></header><table class="table rows pairs">'
        '<caption class="vh">What each of the two did</caption><thead><tr>'
        f'<th scope="col">Question</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody>'
        "</table></section>"
    )


def _did(card: ItemCard | None, ref: str, slug: str) -> str:
    """The state with its evidence: what the other one can learn from."""
    if card is None:
        return '<span class="muted">does not apply</span>'
    state = "on_track" if card.met else "at_risk" if card.expired else ""
    code = escape(card.item.code)
    there = f"/pilots/{ref}/readiness/{slug}/?open={code}#item-{code}"
    said = f'<a class="plain" href="{there}">{ui.status(state, card.word)}</a>'
    answer = card.answer
    if answer is None:
        return said
    if card.verdict:
        said += f"<small>{escape(card.verdict.sentence)}</small>"
    if answer.note:
        said += f"<small>{escape(Truncator(answer.note).chars(NOTE))}</small>"
    if answer.evidence_url:
        said += (
            f'<small><a href="{escape(answer.evidence_url)}" rel="noopener noreferrer nofollow" '
            f'target="_blank">Evidence {ui.icon("external")}</a></small>'
        )
    if answer.file:
        file = f"/pilots/{ref}/evidence/{answer.file.pk}"
        said += f'<small><a href="{file}" download>{escape(answer.file.name)}</a></small>'
    return said
