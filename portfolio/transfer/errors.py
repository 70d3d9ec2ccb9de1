from common.errors import Refused


class Unreadable(Refused):
    """The file cannot be imported; the sentence says why and what to do."""
