"""What the checks of files say when a file is not taken."""


class Unfit(ValueError):
    """The file is not taken; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
