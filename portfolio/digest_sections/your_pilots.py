from collections.abc import Mapping

from portfolio.digests.registry import Found, digest_section
from portfolio.queries.digests import Batch


@digest_section("your_pilots", title="Your pilots", order=10, more_query="state=stalled&owner=me")
def your_pilots(batch: Batch) -> Mapping[int, Found]:
    """Stalled pilots that the person owns or sponsors."""
    return batch.own()
