"""The catalog files: complete, in the order of the source, and refused when they are not."""

import re
from pathlib import Path

import pytest

from readiness.catalog import CatalogError, read, read_all

GOOD = """
slug = "tiny"
version = 1
title = "Tiny"
summary = ""
source = "us"
[[items]]
code = "one"
question = "One?"
evidence = "A thing."
close = "Do it."
dimension = "data"
level = "groundwork"
side = "technical"
"""


def test_the_production_list_is_the_ten_questions_of_the_source() -> None:
    (production,) = [t for t in read_all() if t.slug == "production"]
    assert [item.code for item in production.items] == [
        "raw_data", "evaluation", "latency", "cost", "rate_limits",
        "security", "fallback", "version_pin", "training", "alerting",
    ]  # fmt: skip
    assert all(item.must_have for item in production.items)
    assert {item.side for item in production.items} == {"technical", "organisational"}


def test_the_same_content_has_the_same_checksum_whatever_its_layout(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(GOOD)
    first = read(path).checksum
    path.write_text("# a comment\n" + GOOD.replace(" = ", "="))
    assert read(path).checksum == first
    path.write_text(GOOD.replace("Do it.", "Do it now."))
    assert read(path).checksum != first


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("slug =", "slag =", "slag"),
        ('slug = "tiny"', 'slug = "huge"', "name the file after it"),
        ("version = 1", "version = 0", "whole number from 1"),
        ('"data"', '"money"', "dimension is one of data"),
        ('"groundwork"', '"cellar"', "level is one of"),
        ('"technical"', '"spiritual"', "side is one of"),
        ('"Do it."', '" "', "has no close"),
        ('source = "us"', "source", "not a checklist template"),
        ("[[items]]", "[items]", "not a checklist template"),
        ('side = "technical"', 'side = "technical"\nstage = "heaven"', "stage is one of idea"),
        ('side = "technical"', 'side = "technical"\nkind = "rumour"', "kind is one of any"),
        ('side = "technical"', 'side = "technical"\nwhen = ["sunny"]', "facts out of customer"),
        ('side = "technical"', 'side = "technical"\nvalid_days = 0', "valid_days is a whole"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(CatalogError, match=problem):
        read(path)


FIVE = 'rungs = ["None.", "Little.", "Some.", "Most.", "All."]'
TEAM = GOOD.replace('source = "us"', 'source = "us"\nanswered = "team"')


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (TEAM, "has 5 rungs, for 0 to 4"),
        (TEAM + 'rungs = ["None.", "All."]', "rungs are 5 sentences"),
        (TEAM + FIVE.replace("Some.", " "), "rungs are 5 sentences"),
    ],
)
def test_a_question_of_a_self_check_has_five_rungs(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TEAM + FIVE)
    assert read(path).items[0].rungs[4] == "All."
    path.write_text(text)
    with pytest.raises(CatalogError, match=problem):
        read(path)


def test_two_items_with_one_code_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(GOOD + GOOD[GOOD.index("[[items]]") :])
    with pytest.raises(CatalogError, match="two items have the code"):
        read(path)


def test_what_a_file_does_not_say_leaves_its_checksum_alone(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(GOOD)
    silent = read(path).checksum
    path.write_text(GOOD + 'stage = "pilot"\nkind = "any"\nwhen = []\n')
    assert read(path).checksum == silent
    path.write_text(GOOD + 'when = ["llm"]\n')
    assert read(path).checksum != silent


# Every point of the source map that asks for an item.
ASKED = frozenset(
    re.findall(
        r"\w+",
        """
        A06 A07 A08 A09 A11 A12 A13 A14 A17 A18 A19 A20 A23 A24 A31 A32 A33 A34 A36 A40 B12 B13
        B14 B15 B17 B21 B22 B23 B24 B26 B29 B33 C06 C10 C12 C13 C14 C16 C20 C22 C23 C25 C28 C29
        C30 C31 C32 C33 C34 D05 D08 D11 D13 D14 D20 D22 D23 D26 D29 E06 E07 E10 E11 E12 E13 E14
        E16 E17 E18 E19 E20 E22 E24 E28 E29 E30 E31 E32
        """,
    )
)


def test_every_point_that_asks_for_an_item_has_one() -> None:
    covered = {point for t in read_all() for item in t.items for point in item.covers}
    covered |= {template.source for template in read_all()}
    assert ASKED - covered == frozenset()


def test_the_full_list_asks_in_every_dimension_at_every_level_on_both_sides() -> None:
    (full,) = [t for t in read_all() if t.slug == "full"]
    asked = {(item.dimension, item.level) for item in full.items}
    assert len(asked) == 15
    assert {item.side for item in full.items} == {"technical", "organisational"}


def test_the_self_check_is_short_and_its_rungs_all_differ() -> None:
    (check,) = [t for t in read_all() if t.answered == "team"]
    rungs = [rung for item in check.items for rung in item.rungs]
    assert len(rungs) == len(set(rungs)) == 60
    assert max(map(len, rungs)) <= 90
    factors = [item.factor for item in check.items if item.factor]
    assert len(factors) == len(set(factors)) == 8
