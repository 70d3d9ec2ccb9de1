"""Puts together what the sections found, per person; touches no database."""

from collections.abc import Iterable, Mapping, Sequence

from portfolio.digests.content import Content, Part, capped
from portfolio.digests.registry import Found, Section


def compose(
    people: Iterable[int],
    found: Sequence[tuple[Section, Mapping[int, Found]]],
    *,
    period: Mapping[int, str],
    currency: str,
) -> dict[int, Content]:
    """What each person's digest says; nobody without anything to say is in the answer."""
    contents = {}
    for person in people:
        said = [(section, by_person[person]) for section, by_person in found if person in by_person]
        if not any(one.total for _, one in said):
            continue
        contents[person] = Content(
            period=period[person],
            total=sum(one.total for _, one in said),
            burn=int(sum(one.burn for _, one in said)),
            unknown_burn=sum(one.unknown_burn for _, one in said),
            currency=currency,
            parts=capped(
                [Part(s.code, s.title, one.total, one.lines, s.more_query) for s, one in said]
            ),
        )
    return contents
