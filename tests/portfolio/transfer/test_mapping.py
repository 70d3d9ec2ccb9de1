import json

import pytest

from portfolio.transfer.errors import Unreadable
from portfolio.transfer.mapping import load, loads

FULL = {
    "version": 1,
    "file": {"encoding": "cp1252", "sheet": "List", "header_row": 3, "delimiter": ";"},
    "columns": {"Use Case": "name", "Begin": {"to": "idea_on", "dates": "dmy"}, "X": "ignore"},
    "rest": "ignore",
    "values": {"stage": {"Research  Complete": "stopped"}, "third_party": {"vendor": "yes"}},
    "people": {"create": True, "map": {"JDoe": "jane@example.org"}},
    "dates": "mdy",
    "unit": "Head office",
    "conflicts": "theirs",
}


def test_a_mapping_survives_saving() -> None:
    mapping = load(FULL)
    assert load(mapping.document()) == mapping
    assert loads(json.dumps(mapping.document())) == mapping
    assert mapping.target("use case").to == "name"
    assert mapping.target("anything else").to == "ignore"
    assert mapping.values["stage"] == {"research complete": "stopped"}
    assert mapping.people == {"jdoe": "jane@example.org"}


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"columns": None}, "needs “columns”"), ({"columns": {"A": "nome"}}, "is not a target"),
        ({"columns": {"A": "name", "B": "name"}}, "Both “A” and “B”"),
        ({"columns": {"A": "summary"}}, "No column is mapped to the name"),
        ({"version": 2}, "version 2"), ({"rest": "keep"}, "“rest”"),
        ({"conflicts": "both"}, "“conflicts”"), ({"dates": "ymd"}, "“dates”"),
        ({"values": {"stage": {"x": "done"}}}, "is not a value of stage"),
        ({"values": {"third_party": {"x": "perhaps"}}}, "is not a value of third_party"),
        ({"values": []}, ""), ({"people": "all"}, "“people”"),
        ({"file": {"header_row": 0}}, "“header_row”"),
        ({"file": {"delimiter": "ab"}}, "“delimiter”"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_what_is_wrong(change: dict[str, object], part: str) -> None:
    if change == {"values": []}:
        assert load({**FULL, **change}).values == {}
        return
    with pytest.raises(Unreadable, match=part):
        load({**FULL, **change})


def test_a_file_that_is_no_mapping() -> None:
    with pytest.raises(Unreadable, match="not JSON"):
        loads("name = x")
    with pytest.raises(Unreadable, match="needs “columns”"):
        loads("[]")
