"""What goes wrong at the start, as one sentence with the cure."""


class StartError(Exception):
    """The text is shown to the person at the keyboard, without a traceback."""
