"""Links that people type: stored and shown, never fetched."""

from urllib.parse import urlsplit

from common import text
from common.errors import Refused

LONGEST = 1000


def web_link(typed: str, *, field: str) -> str:
    """The link as stored, "" for none; Refused unless it is http or https with a host."""
    link = text.clean(typed)
    if not link:
        return ""
    if len(link) > LONGEST:
        raise Refused(f"The link is longer than {LONGEST:,} characters.", field=field)
    try:
        parts = urlsplit(link)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # A broken IPv6 address, a port that is no number.
        good = False
    if not good or " " in link:
        raise Refused("A link begins with https:// or http:// and names a host.", field=field)
    return parts.geturl()  # The scheme in small letters, as the database expects it.
