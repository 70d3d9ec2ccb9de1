"""The catalog files: complete, in the order of the source, and refused when they are not."""

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
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(CatalogError, match=problem):
        read(path)


def test_two_items_with_one_code_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(GOOD + GOOD[GOOD.index("[[items]]") :])
    with pytest.raises(CatalogError, match="two items have the code"):
        read(path)
