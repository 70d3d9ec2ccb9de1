"""What is to be decided, and the register: rights, filters, figures, files, pages."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from common import clock
from portfolio.actions import extensions, merging
from portfolio.models import Channel, Pilot, StageInterval
from readiness.actions import decisions
from readiness.models import Proposal, ProposalState
from tests.factories import Cast, pilot, unit
from tests.factories.decided import STOP, condition, decide
from tests.portfolio.views.screen import as_, statements, text

LIST, REGISTER = reverse("decisions"), reverse("decision-register")
TODAY = clock.today


def propose(one: Pilot, cast: Cast, outcome: str = "hold") -> Proposal:
    return decisions.propose(
        pilot=one, by=cast.mona, channel=Channel.WEB, outcome=outcome, reason="Money is late",
        terms={"until": (TODAY() + timedelta(days=9)).isoformat()},
    )  # fmt: skip


# --- What is to be decided ------------------------------------------------------------------------
def test_an_empty_list_says_what_comes_here(cast: Cast) -> None:
    page = text(as_(cast.vera).get(LIST))
    assert "Nothing is to be decided among the pilots you can see." in page
    assert "somebody else approves it" in page


def test_what_i_may_answer_comes_first(cast: Cast) -> None:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    propose(made, cast)
    page = text(as_(cast.ed).get(LIST))
    assert "<b>1 proposal</b>" in page
    assert ">Answer<" in page
    own = text(as_(cast.mona).get(LIST))
    assert ">Answer<" not in own
    assert ">Your proposal<" in own
    assert ">Answer<" not in text(as_(cast.alice).get(LIST))


def test_an_executive_of_another_unit_does_not_answer(cast: Cast) -> None:
    from accounts.models import Role
    from tests.factories import person

    propose(pilot(cast.mona, unit=unit("Sales"), stage="pilot"), cast)
    far = person("Far", Role.EXECUTIVE, unit=unit("Logistics"))
    assert ">Answer<" not in text(as_(far).get(LIST))
    near = person("Near", Role.EXECUTIVE, unit=unit("Sales"))
    assert ">Answer<" in text(as_(near).get(LIST))


def test_an_extension_waits_here_too(cast: Cast) -> None:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot", decide_by=TODAY() + timedelta(days=60))
    extensions.propose(
        pilot=made, by=cast.mona, channel=Channel.WEB, reason="The fair",
        to_day=TODAY() + timedelta(days=90),
    )  # fmt: skip
    assert "Extend: decide by" in text(as_(cast.ed).get(LIST))


@pytest.mark.parametrize(
    ("days", "words"), [(-3, "3 days overdue"), (0, "today"), (9, "in 9 days")]
)
def test_days_to_decide_by(cast: Cast, days: int, words: str) -> None:
    made = pilot(cast.mona, stage="pilot", decide_by=TODAY() + timedelta(days=days))
    page = text(as_(cast.vera).get(LIST))
    assert words in page
    assert made.name in page
    assert "Nothing is to be decided" not in page


def test_days_far_away_and_of_ended_pilots_are_left_out(cast: Cast) -> None:
    pilot(cast.mona, stage="pilot", decide_by=TODAY() + timedelta(days=31))
    over = pilot(cast.mona, "Route planner", stage="pilot", decide_by=TODAY())
    Pilot.objects.filter(pk=over.pk).update(stage="stopped")
    assert "Nothing is to be decided" in text(as_(cast.vera).get(LIST))


def test_conditions_overdue_first(cast: Cast) -> None:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    condition(made, cast.vera, cast.mona, cast.ed, what="Later thing")
    condition(
        made, cast.vera, cast.mona, cast.ed, what="Late thing", due=TODAY() - timedelta(days=2)
    )
    page = text(as_(cast.bob).get(LIST))
    assert page.index("Late thing") < page.index("Later thing")
    assert "<b>1</b> of 2 open conditions" in page


def test_statements_of_the_list_do_not_grow(cast: Cast) -> None:
    def more(n: int) -> None:
        one = pilot(
            cast.mona, f"Pilot {n}", stage="pilot", decide_by=TODAY() + timedelta(days=n % 20)
        )
        condition(one, cast.vera, cast.mona, cast.ed)
        propose(one, cast)

    more(1)
    clients = [as_(cast.ed), as_(cast.vera), as_(cast.mona)]
    few = [statements(client, LIST) for client in clients]
    for n in range(2, 8):
        more(n)
    assert [statements(client, LIST) for client in clients] == few
    assert max(few) <= 12


# --- The register ---------------------------------------------------------------------------------
def rows(page: str) -> list[str]:
    return re.findall(r'<td class="main"><a href="/decisions/(\d+)/">', page)


def test_it_reads_like_sentences(cast: Cast) -> None:
    made = pilot(cast.mona, stage="pilot")
    decide(made, cast.mona, cast.ed, to_stage="rollout", reason="Nine of ten are right.",
           overridden=("NO_SLA",), override_reason="Signed next week")  # fmt: skip
    page = text(as_(cast.vera).get(REGISTER))
    for words in (
        "<b>1 decision</b>", "Go, Pilot to Rollout", "Nine of ten are right.", "Mona → Ed",
        "1 finding overridden", "Signed next week", "(100 %)",
    ):  # fmt: skip
        assert words in page


def test_every_number_is_a_link_to_its_rows(cast: Cast) -> None:
    made = pilot(cast.mona, stage="pilot")
    old = decide(made, cast.mona, cast.ed, on=date(2020, 1, 1))
    new = decide(made, cast.mona, cast.ed, overridden=("X",), override_reason="y")
    client = as_(cast.vera)
    page = text(client.get(REGISTER))
    quarter, overridden = re.findall(r'<a href="\?([^"]+)"><b>', page)[:2]
    assert rows(text(client.get(f"{REGISTER}?{quarter}".replace("&amp;", "&")))) == [str(new.pk)]
    assert rows(text(client.get(f"{REGISTER}?{overridden}"))) == [str(new.pk)]
    assert rows(page) == [str(new.pk), str(old.pk)]


def test_the_median_is_of_the_days_from_poc(cast: Cast) -> None:
    for n, days in enumerate((10, 40, 100)):
        made = pilot(cast.mona, f"Pilot {n}", stage="poc", owner=cast.alice)
        entered = TODAY() - timedelta(days=days)
        StageInterval.objects.filter(pilot=made).update(since=entered, since_bound=entered)
        decide(made, cast.mona, cast.ed)
    unknown = pilot(cast.mona, "Old one", stage="pilot")
    decide(unknown, cast.mona, cast.ed)
    page = text(as_(cast.vera).get(REGISTER))
    assert "Half of them came within <b>40 days</b> of entering PoC (of 3 whose entry" in page
    assert "100 days from PoC" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("outcome=stop", ["B"]), ("stage=rollout", ["A"]), ("overridden=1", ["A"]),
        ("from=2026-02-01", ["B"]), ("to=2026-01-31", ["A"]), ("unit={claims}", ["B"]),
        ("person={ed}", ["B", "A"]), ("person={otto}", []), ("outcome=go&unit={claims}", []),
        ("outcome=%27%3B--", ["B", "A"]), ("from=soon", ["B", "A"]), ("unit=%C2%B2", ["B", "A"]),
        (f"unit={10**30}", ["B", "A"]), ("person=999999999999999999", []),
    ],
)  # fmt: skip
def test_filters(cast: Cast, query: str, names: list[str]) -> None:
    claims = unit("Claims", "Motor")
    a = decide(
        pilot(cast.mona, "A", stage="pilot"), cast.mona, cast.ed, to_stage="rollout",
        on=date(2026, 1, 10), overridden=("X",), override_reason="y",
    )  # fmt: skip
    b = decide(
        pilot(cast.mona, "B", stage="pilot", unit=claims), cast.mona, cast.ed, "stop",
        to_stage="stopped", on=date(2026, 2, 10), terms={"stop": STOP},
    )  # fmt: skip
    parent = claims.parent_id
    query = query.format(claims=parent, ed=cast.ed.pk, otto=cast.otto.pk)
    found = rows(text(as_(cast.vera).get(f"{REGISTER}?{query}")))
    assert found == [str({"A": a, "B": b}[name].pk) for name in names]


def test_what_cannot_be_read_is_said(cast: Cast) -> None:
    page = text(as_(cast.vera).get(f"{REGISTER}?from=soon&outcome=<b>"))
    assert "The address asks for “soon”" in page
    assert "“&lt;b&gt;”" in page


def test_restricted_pilots_are_in_no_list_count_or_file(cast: Cast) -> None:
    hidden = pilot(
        cast.mona, "Nightingale", restricted=True, owner=cast.alice, stage="pilot",
        decide_by=TODAY() - timedelta(days=3),
    )  # fmt: skip
    decide(hidden, cast.mona, cast.ed, reason="Nightingale flies")
    condition(hidden, cast.alice, cast.mona, cast.otto, what="Nightingale sings")
    propose(hidden, cast)
    for blind in (cast.ed, cast.vera, cast.ada):
        client = as_(blind)
        for url in (LIST, REGISTER, f"{REGISTER}?format=csv", reverse("lessons")):
            response = client.get(url)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert b"Nightingale" not in body
            assert hidden.ref.encode() not in body
        assert "Nothing is to be decided" in text(client.get(LIST))
        assert "No decision was taken yet" in text(client.get(REGISTER))
        assert f'value="{cast.otto.pk}"' not in text(client.get(REGISTER))
    assert "Nightingale" in text(as_(cast.alice).get(LIST))
    assert "Nightingale" in text(as_(cast.otto).get(REGISTER))


def test_decisions_of_a_merged_pilot_are_listed_with_the_one_it_lives_on_in(cast: Cast) -> None:
    """Whoever may see both; the restricted one stays hidden from the others."""
    into = pilot(cast.mona, "Sparrow", owner=cast.alice, stage="pilot")
    hidden = pilot(cast.mona, "Nightingale", restricted=True, owner=cast.alice, stage="pilot")
    made = decide(hidden, cast.mona, cast.otto, reason="Nightingale flies")
    own = decide(into, cast.mona, cast.ed, reason="Sparrow hops")
    merging.merge(
        survivor=into, merged=hidden, by=cast.mona, channel=Channel.WEB, reason="One bird.",
        choice=merging.Choice(restricted=False),
    )  # fmt: skip
    panel, page = reverse("pilot-decisions", args=[into.ref]), reverse("decision", args=[made.pk])
    for sees in (cast.mona, cast.otto):
        client = as_(sees)
        listed = text(client.get(REGISTER))
        assert "Nightingale flies" in listed
        assert f"{hidden.ref}, now <a" in listed
        assert "<b>2 decisions</b>" in listed
        file = b"".join(client.get(f"{REGISTER}?format=csv").streaming_content)
        assert b"Nightingale flies" in file
        told = text(client.get(panel))
        assert f"about {hidden.ref} Nightingale, which was merged into this pilot" in told
        assert f'merged into <a href="/pilots/{into.ref}/">' in text(client.get(page))
    for blind in (cast.vera, cast.ed, cast.ada, cast.charlie):
        client = as_(blind)
        for url in (REGISTER, panel, f"{REGISTER}?format=csv", f"{REGISTER}?person={cast.otto.pk}"):
            response = client.get(url)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert b"Nightingale" not in body
            assert hidden.ref.encode() not in body
        assert "Sparrow hops" in text(client.get(panel))
        assert "<b>1 decision</b>" in text(client.get(REGISTER))
        assert f'value="{cast.otto.pk}"' not in text(client.get(REGISTER))
        assert client.get(page).status_code == 404
    assert own.pk


def test_merged_twice_they_are_still_listed_and_no_longer_once_it_is_restricted(
    cast: Cast,
) -> None:
    first, second, third = (pilot(cast.mona, name, stage="pilot") for name in ("A1", "B2", "C3"))
    made = decide(first, cast.mona, cast.ed, reason="Kept for ever")
    for survivor, merged in ((second, first), (third, second)):
        merging.merge(survivor=survivor, merged=merged, by=cast.mona, channel=Channel.WEB,
                      reason="One.")  # fmt: skip
    client, page = as_(cast.vera), reverse("decision", args=[made.pk])
    panel = reverse("pilot-decisions", args=[third.ref])
    assert "Kept for ever" in text(client.get(REGISTER))
    assert "Kept for ever" in text(client.get(panel))
    assert client.get(page).status_code == 200
    Pilot.objects.filter(pk=third.pk).update(restricted=True)
    assert "Kept for ever" not in text(client.get(REGISTER))
    assert client.get(page).status_code == 404


def test_decisions_of_a_removed_pilot_are_in_no_list(cast: Cast) -> None:
    gone = pilot(cast.mona, "Gone", stage="pilot")
    decide(gone, cast.mona, cast.ed, reason="Kept for ever")
    Pilot.objects.filter(pk=gone.pk).update(removed_at=clock.now())
    assert "Kept for ever" not in text(as_(cast.otto).get(REGISTER))


def test_the_file_is_what_is_shown_and_no_spreadsheet_runs_it(cast: Cast) -> None:
    made = pilot(cast.mona, "=cmd", stage="pilot")
    decide(made, cast.mona, cast.ed, reason="@SUM(A1)")
    decide(made, cast.mona, cast.ed, "hold")
    response = as_(cast.vera).get(f"{REGISTER}?format=csv&outcome=go")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert "'=cmd" in lines[1]
    assert "'@SUM(A1)" in lines[1]
    assert response.headers["Content-Disposition"].startswith('attachment; filename="decisions-')


def test_pages_follow_each_other(cast: Cast) -> None:
    made = pilot(cast.mona, stage="pilot")
    numbers = [
        str(decide(made, cast.mona, cast.ed, on=date(2026, 1, 1 + n % 3)).pk) for n in range(60)
    ]
    client = as_(cast.vera)
    first = text(client.get(f"{REGISTER}?outcome=go"))
    following = re.findall(r'rel="next" href="([^"]+)"', first)[0].replace("&amp;", "&")
    second = text(client.get(f"{REGISTER}{following}"))
    assert len(rows(first)) == 50
    assert sorted(rows(first) + rows(second)) == sorted(numbers)
    assert "The list changed" in text(client.get(f"{REGISTER}?cursor=nonsense"))


def test_statements_of_the_register_do_not_grow(cast: Cast) -> None:
    made = pilot(cast.mona, stage="pilot")
    decide(made, cast.mona, cast.ed)
    client = as_(cast.vera)
    few = statements(client, REGISTER)
    for n in range(20):
        condition(made, cast.vera, cast.mona, cast.ed, what=f"Thing {n}")
    assert statements(client, REGISTER) == few <= 11


# --- On the pilot's page --------------------------------------------------------------------------
def test_the_panel_tells_what_waits_what_is_promised_and_what_was_decided(cast: Cast) -> None:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    url = reverse("pilot-decisions", args=[made.ref])
    client = as_(cast.vera)
    assert "Nothing was decided here yet" in text(client.get(url))
    empty = statements(client, url)
    condition(made, cast.vera, cast.mona, cast.ed)
    propose(made, cast)
    page = text(client.get(url))
    for words in ("Hold", "Money is late", "Sign the contract", "Go, with conditions"):
        assert words in page
    assert statements(client, url) == empty <= 10
    assert url in text(client.get(reverse("pilot", args=[made.ref])))


def test_the_panel_shows_how_it_ended(cast: Cast) -> None:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    Pilot.objects.filter(pk=made.pk).update(stage="stopped")
    url = reverse("pilot-decisions", args=[made.ref])
    assert "why was never written down" in text(as_(cast.vera).get(url))
    decide(made, cast.mona, cast.ed, "stop", to_stage="stopped", terms={"stop": STOP})
    page = text(as_(cast.vera).get(url))
    assert "Stopped on" in page
    assert "Data came late or not at all" in page
    assert str(STOP["lessons"]) in page


def test_a_stop_that_is_approved_ends_in_the_lessons(cast: Cast) -> None:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    proposal = decisions.propose(
        pilot=made, by=cast.mona, channel=Channel.WEB, outcome="stop", reason="No data",
        terms={"stop": STOP},
    )  # fmt: skip
    assert proposal.state == ProposalState.WAITING
    decisions.approve(proposal=proposal, by=cast.ed, channel=Channel.WEB)
    assert str(STOP["lessons"]) in text(as_(cast.vera).get(reverse("lessons")))
