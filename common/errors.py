"""What an action says when it will not do what was asked.

Each carries one sentence for the person who asked. Doors turn them into a
status: Refused 422, Conflict 409, NotAllowed 403.
"""


class Sentence(Exception):
    """Base of everything that is meant to be read by a user."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Refused(Sentence):
    """The input cannot be accepted; `field` names the form field, if one is at fault."""


class Conflict(Sentence):
    """Somebody else changed the same thing first."""


class NotAllowed(Sentence):
    """The person may see this but may not do it."""
