from collections.abc import Mapping

from portfolio.digests.registry import Found, digest_section
from portfolio.queries.digests import Batch


@digest_section("portfolio", title="Your portfolio", order=20, more_query="state=stalled")
def portfolio(batch: Batch) -> Mapping[int, Found]:
    """Stalled pilots of the units that the person manages or decides for, beside their own."""
    return batch.rest()
