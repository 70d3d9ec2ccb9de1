"""What the browser needs comes out of installed packages."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from common import built, icons


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sprite = icons.sprite()
    for name in icons.ICONS:
        assert f'<symbol id="{name}" ' in sprite
    assert "<script" not in sprite


def test_every_icon_of_the_templates_exists() -> None:
    for template in Path("templates").rglob("*.html"):
        for name in re.findall(r'{% icon "([\w-]+)" %}', template.read_text()):
            assert name in icons.ICONS, f"{template}: {name}"


def test_plotly_rules_are_derived_from_its_bundle() -> None:
    css = built.plotly_css(built.plotly_bundle().read_text())
    rules = css.splitlines()
    assert len(rules) == 66
    assert any(rule.startswith(".js-plotly-plot .plotly .modebar{") for rule in rules)
    assert not re.search(r"\bX\b|\bY\b", css)


def test_a_bundle_that_changed_its_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format has changed"):
        built.plotly_css("var nothing = 1;")


def test_rules_are_in_the_order_in_which_the_bundle_would_leave_them() -> None:
    bundle = """a={"X,X div":'a:1;',"X .b":"b:2;",Y:"c:3;"};for(k in a)"""
    assert built.plotly_css(bundle) == (
        ".plotly-notifier{c:3;}\n"
        ".js-plotly-plot .plotly .b{b:2;}\n"
        ".js-plotly-plot .plotly,.js-plotly-plot .plotly div{a:1;}\n"
    )


def test_staticfiles_finds_what_is_built() -> None:
    found = finders.find("icons.svg")
    assert isinstance(found, str)
    assert Path(found).read_text() == icons.sprite()
