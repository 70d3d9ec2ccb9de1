"""The catalog files: complete, in the order of the source, and refused when they are not."""

import re
from collections import Counter
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


NUMBER = 'side = "technical"\nkind = "number"\n'


@pytest.mark.parametrize(
    ("bar", "problem"),
    [
        (NUMBER + 'least = "much"', "least is a number, such as 80"),
        (NUMBER + 'most = "1e400"', "most is a number"),
        (NUMBER + 'most = "NaN"', "most is a number"),
        (NUMBER + "least = 80", "least is a text"),
        (NUMBER + 'least = "9"\nmost = "8"', "least is not more than most"),
        (NUMBER + f'unit = "{"x" * 21}"', "20 are the most"),
        ('side = "technical"\nleast = "80"', "for a question whose kind is number"),
        ('side = "technical"\nkind = "latency"\nunit = "ms"', "for a question whose kind is"),
    ],
)
def test_what_a_number_has_to_reach(tmp_path: Path, bar: str, problem: str) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(GOOD.replace('side = "technical"', bar))
    with pytest.raises(CatalogError, match=problem):
        read(path)
    path.write_text(GOOD.replace('side = "technical"', NUMBER + 'least = "80"\nunit = "%"'))
    item = read(path).items[0]
    assert (item.least, item.most, item.unit) == ("80", "", "%")


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


# Every point of the source map that asks for an item, and how many where it says so. What the map
# gives to a field, a flag or a chart has no item unless a question helps there as well.
ASKED: dict[str, int] = dict.fromkeys(
    re.findall(
        r"\w+",
        """
    A06 A07 A09 A11 A13 A14 A17 A18 A19 A20 A21 A23 A25 A28 A31 A32 A33 A34 A36 A40 B10 B12 B13 B14
    B15 B18 B19 B21 B22 B23 B24 B25 B26 B27 B29 B30 B33 C05 C08 C20 C28 C29 C30 C31 C32 C33 C34 D04
    D10 D11 D15 D23 D26 E06 E07 E09 E12 E13 E14 E16 E17 E19 E20 E21 E22 E24 E25 E26 E28 E29 E30
    E31 E32
    """,
    ),
    1,
) | {
    "A08": 2, "A12": 3, "A24": 3, "B17": 4, "C06": 4, "C10": 5, "C12": 3, "C13": 3, "C14": 3,
    "C16": 4, "C22": 4, "C23": 4, "C25": 4, "D05": 5, "D08": 4, "D12": 5, "D13": 3, "D14": 3,
    "D20": 5, "D22": 3, "D29": 2, "E10": 4, "E11": 3, "E18": 3,
}  # fmt: skip


def test_every_point_that_asks_for_items_has_so_many() -> None:
    covered = Counter(
        point
        for template in read_all()
        for item in template.items
        for point in {*item.covers, template.source}
    )
    missing = {point: n for point, n in ASKED.items() if covered[point] < n}
    assert missing == {}


def test_evidence_and_the_way_there_are_concrete() -> None:
    """Long enough to act on, and not said twice in a list."""
    for template in read_all():
        if template.answered != "people":
            continue
        for words in ("evidence", "close"):
            said = [getattr(item, words) for item in template.items]
            assert len(set(said)) == len(said), template.slug
            assert [one for one in said if len(one) < 40] == [], template.slug
        assert all(item.question.endswith("?") for item in template.items)


def test_no_question_is_the_same_as_one_with_another_kind_or_in_a_circle() -> None:
    own = {f"{t.slug}.{i.code}": i for t in read_all() for i in t.items if not i.same_as}
    shared = [(i, own[i.same_as]) for t in read_all() for i in t.items if i.same_as]
    assert len(shared) >= 10
    assert all(item.kind == other.kind for item, other in shared)


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
