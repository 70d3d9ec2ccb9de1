import pytest

from common.errors import Refused
from common.links import web_link


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("   ", ""),
        (" https://x.example/a?b=c#d ", "https://x.example/a?b=c#d"),
        ("HTTPS://x.example", "https://x.example"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("https://münchen.example/weg", "https://münchen.example/weg"),
        ("https://x.example/\u202egnp.exe", "https://x.example/gnp.exe"),
    ],
)
def test_links_are_kept_as_typed(typed: str, stored: str) -> None:
    assert web_link(typed, field="link") == stored


@pytest.mark.parametrize(
    "typed",
    ["javascript:alert(1)", "ftp://x.example/", "//x.example", "https://", "x.example",
     "https://x.example:port/", "https://x.example:0/", "http://[::1", "https://x .example",
     "data:text/html,x", "https://" + "x" * 1000],
)  # fmt: skip
def test_other_things_are_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        web_link(typed, field="link")
    assert refused.value.field == "link"
