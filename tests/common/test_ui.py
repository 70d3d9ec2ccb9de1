"""The template tags, as templates use them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from common.templatetags import ui


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon 'nope'"):
        draw('{% icon "nope" %}')


def test_health_says_the_word_and_how_long_ago() -> None:
    assert "At risk" in draw('{% health "at_risk" 23 %}')
    assert "23 days ago" in draw('{% health "at_risk" 23 %}')
    assert "today" in draw('{% health "on_track" 0 %}')
    assert "No update" in draw("{% health None None %}")


def test_nobody_is_said_in_red_and_a_name_is_escaped() -> None:
    assert 'class="lack"' in draw("{% owner None %}")
    assert "&lt;b&gt;" in draw("{% owner name %}", name="<b>")


def test_unknown_is_a_word() -> None:
    assert draw("{{ n|number }} {{ n|day }} {{ n|days }} {{ n|moment }}", n=None) == (
        "unknown unknown unknown never"
    )


def test_numbers_and_dates() -> None:
    assert ui.number(2133) == "2,133"
    assert ui.capped(1001) == "1,000+"
    assert ui.capped(1000) == "1,000"
    assert ui.day(date(2026, 11, 2)) == "2 Nov 2026"
    assert ui.moment(datetime(2026, 11, 2, 9, 5, tzinfo=UTC)) == "2 Nov 2026, 09:05"
    assert ui.plural(1, "pilot") == "1 pilot"
    assert ui.plural(2133, "pilot") == "2,133 pilots"


def test_a_tile_is_a_link_only_when_it_has_rows() -> None:
    assert draw('{% tile 1204 "Stalled" "/pilots/" %}').startswith(
        '<a class="tile" href="/pilots/">'
    )
    assert "<a" not in draw('{% tile "unknown" "Cost" %}')


class Sample(forms.Form):
    name = forms.CharField(help_text="What people call it.")
    health = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    restricted = forms.BooleanField(required=False)


def test_errors_and_help_stand_beside_the_field_and_are_announced() -> None:
    html = draw("{% field form.name %}", form=Sample({"name": ""}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_group_of_choices_is_a_fieldset_and_a_check_box_stands_before_its_label() -> None:
    assert draw("{% field form.health %}", form=Sample()).startswith("<fieldset")
    html = draw("{% field form.restricted %}", form=Sample())
    assert html.index("<input") < html.index("<label")


def test_a_column_head_turns_the_order_and_forgets_the_page() -> None:
    request = RequestFactory().get("/pilots/?stage=poc&cursor=abc&sort=age")
    html = draw('{% sort_head "age" "Age" "age" "pilot-list" %}', request=request)
    assert 'href="?stage=poc&amp;sort=-age"' in html
    assert 'aria-sort="ascending"' in html
    assert 'hx-target="#pilot-list"' in html


def test_only_a_local_address_can_be_an_undo() -> None:
    from django.contrib.messages.storage.base import Message

    assert ui.undo_address(Message(25, "Done", "undo=/x/")) == "/x/"
    assert ui.undo_address(Message(25, "Done", "undo=https://x/")) == ""


def test_titles_inside_a_sentence_keep_their_capitals_where_they_have_them() -> None:
    titles = ["Why", "PoC succeeded", "API", "On call"]
    assert draw("{{ titles|phrases }}", titles=titles) == "why, PoC succeeded, API, on call"
