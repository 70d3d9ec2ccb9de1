"""Text of the guide becomes HTML, and nothing in it becomes more than that."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.written import html


def shown(written: str) -> str:
    return str(html(written))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("## When two meet", '<h2 id="when-two-meet">When two meet</h2>'),
        ("One\ntwo\n\nthree", "<p>One two</p>\n<p>three</p>"),
        ("- one\n  goes on\n- two", "<ul><li>one goes on</li><li>two</li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("Before\n- point", "<p>Before</p>\n<ul><li>point</li></ul>"),
        ("**Bold** *slant*", "<p><strong>Bold</strong> <em>slant</em></p>"),
        ("`co*de* &`", "<p><code>co*de* &amp;</code></p>"),
        ("**[A](/b)**", '<p><strong><a href="/b">A</a></strong></p>'),
        ("[x](javascript:alert(1)) [y](//evil.example)", "<p>x) y</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("```sh\n<a>\n```\nafter", '<pre tabindex="0"><code>&lt;a&gt;</code></pre>\n<p>after</p>'),
        ("```\nnever closed", '<pre tabindex="0"><code>never closed</code></pre>'),
        ('<b onclick="x">', "<p>&lt;b onclick=&quot;x&quot;&gt;</p>"),
    ],
)  # fmt: skip
def test_what_the_guide_uses(written: str, expected: str) -> None:
    assert shown(written) == expected


def test_a_table_has_a_head_and_cells_with_bars() -> None:
    found = shown("| A | B |\n|---|---:|\n| `x` | y \\| z |")
    assert '<th scope="col">A</th><th scope="col">B</th>' in found
    assert "<tr><td><code>x</code></td><td>y | z</td></tr>" in found


@given(st.text(alphabet="#-*`|[]()<>\"'&/:. \n1ax", max_size=80))
def test_nothing_breaks_it_or_out_of_it(written: str) -> None:
    allowed = (
        r"</?(?:p|ul|ol|li|strong|em|code|pre|table|thead|tbody|tr|td|div)"
        r'(?: class="[a-z ]+")?(?: tabindex="0")?>'
        r'|<h[1-4] id="[^"<>]*">|</h[1-4]>|<th scope="col">|</th>|<a href="[^"<>]*">|</a>'
    )
    assert not set('<>"') & set(re.sub(allowed, "", shown(written)).replace("&quot;", ""))
