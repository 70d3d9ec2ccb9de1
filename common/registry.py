"""Named things that apps contribute and others use without knowing who gave them."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


class Registry[T]:
    """A dictionary that refuses duplicates, keeps order and can be borrowed in tests."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._items: dict[str, T] = {}

    def register(self, code: str, item: T) -> T:
        if code in self._items:
            raise ValueError(f"There are two {self.what}s named {code!r}.")
        self._items[code] = item
        return item

    def get(self, code: str) -> T:
        """The item; KeyError when nothing has that code."""
        return self._items[code]

    def __contains__(self, code: object) -> bool:
        return code in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> list[tuple[str, T]]:
        return sorted(self._items.items())

    def values(self) -> list[T]:
        return [item for _, item in self.items()]

    @contextmanager
    def temporarily(self, code: str, item: T) -> Iterator[T]:
        """Register for the length of a with block; for tests."""
        self.register(code, item)
        try:
            yield item
        finally:
            del self._items[code]


def discover(package: str) -> None:
    """Import every module of a drop-in folder, so that its decorators run."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__):
        importlib.import_module(f"{package}.{module.name}")


@dataclass(frozen=True)
class PilotColumn:
    """A column of pilot lists and exports that another app computes.

    `load` gets the ids of one page of pilots and returns what to show for each:
    one query whatever the number of rows. Missing ids show as unknown. A `usual` column stands in
    every list; another one has to be chosen. `word` stands behind the value in lists, where a phone
    shows no head: "7/10 ready".
    """

    name: str
    label: str
    load: Callable[[list[int]], dict[int, Any]]
    usual: bool = True
    word: str = ""


@dataclass(frozen=True)
class PilotNarrowing:
    """A filter of pilot lists that another app computes: `narrow` gets the pilots, one of the
    `choices` (value -> words) and the day, and returns fewer pilots, set-based."""

    name: str
    label: str
    choices: Mapping[str, str]
    narrow: Callable[[Any, str, date], Any]


@dataclass(frozen=True)
class PilotPanel:
    """A section of the pilot page that another app renders at its own URL.

    The URL name takes the pilot's ref and does its own access check. `concerns` says of which
    pilots the section is shown; it asks the database nothing.
    """

    code: str
    title: str
    url_name: str
    order: int = 100
    concerns: Callable[[Any], bool] = lambda pilot: True


@dataclass(frozen=True)
class Holding:
    """What somebody answers for in one role: links to each thing, and what follows when they stop.

    `title` reads like "Owner of 12 pilots"; `consequence` is a sentence, or empty; `url` is a page
    where all of it can be handed over, or empty.
    """

    title: str
    things: tuple[tuple[str, str], ...]
    consequence: str = ""
    url: str = ""


@dataclass(frozen=True)
class Answering:
    """What people answer for in an app that accounts does not know.

    `held(person, by, accountable)` lists it as far as `by` may see it; `accountable` leaves out
    roles that outsiders may hold. `release(person=, by=, channel=, accountable=)` ends all of it,
    seen or not, in the caller's transaction, and returns how many roles ended.
    """

    held: Callable[[Any, Any, bool], list[Holding]]
    release: Callable[..., int]


@dataclass(frozen=True)
class Ask:
    """Something that waits for a person's answer: a pilot's, unless `ref` is empty. Shown on My
    pilots with what is behind it, and a button to `url`."""

    title: str
    ref: str
    name: str
    why: str
    url: str
    button: str
    due: date | None = None


@dataclass(frozen=True)
class FlagStep:
    """The next step that an open flag of another app asks for, on the pilot's page. `url_name`
    takes the pilot's ref; `needs` is "edit" or "manage"."""

    title: str
    why: str
    url_name: str
    button: str
    needs: str = "edit"


@dataclass(frozen=True)
class StageAdvice:
    """What is said about a change of stage before it is made. `blocks`: by hand it is refused, and
    `url` is where it is decided instead."""

    stage: str
    sentence: str
    points: tuple[str, ...] = ()
    blocks: bool = False
    url: str = ""
    button: str = ""


# Gets the pilot and the day; says what stands before each stage it could move to.
StageAdvising = Callable[[Any, date], list[StageAdvice]]

# Gets how many pilots a list moves from which stage to which, new ones from ""; returns sentences
# for the preview.
ImportNote = Callable[[Mapping[tuple[str, str], int]], list[str]]


@dataclass(frozen=True)
class Lesson:
    """What a pilot that ended teaches: why it ended, the words, what can be used again; `url` is
    where more of it stands."""

    on: date
    why: str
    words: str
    reuse: str
    url: str


# Gets the person and ids of pilots; returns the lessons of those that have one and that the person
# may see.
LessonSource = Callable[[Any, Sequence[int]], Mapping[int, Lesson]]

# A guard gets the pilot and the new stage; it returns a sentence when it objects.
StageGuard = Callable[[Any, str], str | None]

# Returns, by stage, what has to be said when a pilot is registered straight into it by hand; stages
# about which nothing has to be said are left out.
RegistrationQuestions = Callable[[], Mapping[str, str]]

# Gets the company's settings before and after, who asks, and the moment; returns sentences.
CompanyChange = Callable[[Any, Any, Any, datetime], list[str]]

# Gets a person who has left; removes what cannot be rewritten and returns how many things that
# were, or only counts them unless `really`.
Forgetting = Callable[[Any, bool], int]

# Gets the person and the day; returns what waits for that person.
Asking = Callable[[Any, date], list[Ask]]

# Gets the ids of pilots that have just changed and the day, in the transaction of the change and
# before their flags are swept; makes follow what follows.
PilotEffect = Callable[[Sequence[int], date], None]

# Gets a pilot for which more time is asked; returns why it cannot be now, "" when it can.
ExtensionGuard = Callable[[Any], str]

# Gets an extension that has just been approved, who did and by which channel, in the same
# transaction.
ExtensionEffect = Callable[[Any, Any, str], None]

pilot_columns: Registry[PilotColumn] = Registry("pilot column")
pilot_narrowings: Registry[PilotNarrowing] = Registry("filter of pilots")
pilot_panels: Registry[PilotPanel] = Registry("pilot panel")
answerings: Registry[Answering] = Registry("source of what people answer for")
forgettings: Registry[Forgetting] = Registry("source of personal files")
stage_guards: Registry[StageGuard] = Registry("stage guard")
stage_advisings: Registry[StageAdvising] = Registry("source of advice about stages")
registration_questions: Registry[RegistrationQuestions] = Registry("source of questions")
import_notes: Registry[ImportNote] = Registry("source of notes about an import")
company_changes: Registry[CompanyChange] = Registry("source of consequences of settings")
lessons: Registry[LessonSource] = Registry("source of lessons")
asks: Registry[Asking] = Registry("source of what waits for people")
flag_steps: Registry[FlagStep] = Registry("next step of a flag")
pilot_effects: Registry[PilotEffect] = Registry("effect of a changed pilot")
extension_guards: Registry[ExtensionGuard] = Registry("extension guard")
extension_effects: Registry[ExtensionEffect] = Registry("effect of an extension")
# What an event's verb says in a timeline, by the verb, such as "readiness.answered".
event_words: Registry[str] = Registry("event verb")
# What a value of an event says in words, by "verb.field", such as "readiness.answered.state".
event_values: Registry[Callable[[Any], str]] = Registry("value of an event")
