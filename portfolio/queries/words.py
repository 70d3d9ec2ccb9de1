"""The words of the product, for the help page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    word: str
    means: str


WORDS = tuple(
    Word(*pair)
    for pair in (
        ("Pilot", "One AI initiative. Its reference, such as PIL-42, never changes."),
        ("Portfolio", "All pilots the company tracks, in units that form a tree, with tags."),
        ("Stage", ("Where a pilot stands on the way: Idea, PoC, Pilot, Rollout, Production. It "
         "ends as Retired when it was in production, as Stopped when it never got there.")),
        ("On hold", "A pause with an end date. It lies over the stage; the clocks keep running."),
        ("Active", "From Idea to Production."),
        ("Stalled", "Active, not on hold, with an open flag that means standstill."),
        ("Shipped", "Has entered Production once, whatever came later."),
        ("Age", ("Days in the present stage. Updates and comments never set it back. “At least” "
         "stands before it when nobody knows the day it entered the stage.")),
        ("Quarter line", ("The mark at 91 days that every age bar runs towards. Past it the bar "
         "is hatched.")),
        ("Freshness", "How long ago the last update is: fresh, due, outdated, or never updated."),
        ("Health", "On track, at risk or off track, as the owner said in the last update."),
        ("Owner", ("The one person inside the company who answers for a pilot. A team or a "
         "supplier is not an owner.")),
        ("Charter", ("Problem, hypothesis, what makes it ready, what would stop it, where it "
         "shall run, and the day to decide by.")),
        ("Success metric", ("What value means: unit, direction, baseline, target and when it is "
         "due.")),
        ("Reading", "One dated value of a metric, with its source."),
        ("Readiness", "The questions a pilot has to answer before it can run for good."),
        ("Evidence", ("A link, a number or a note that backs an answer, with who said it, when, "
         "and until when it counts.")),
        ("Decide-by", ("The day on which a pilot is shipped or stopped. A PoC gets a quarter, 91 "
         "days, unless another day is set.")),
        ("Flag", ("Something the product noticed by itself: since when, why, and how to clear it. "
         "Flags open and close with the facts; nobody closes them by hand.")),
        ("Snooze", "Silences a flag for a reason and until a date. It stays counted, apart."),
        ("Update", "A status report: health, a note, the next step and its date."),
        ("Digest", "The weekly mail about what stands still. Nothing to say, no mail."),
        ("Reach rate", ("Of the pilots that came to an end, the share that shipped. Those still "
         "under way stand beside it, not in it.")),
        ("Restricted", ("Seen only by its people, the portfolio managers of its unit and auditors; "
         "for everybody else it does not exist.")),
    )
)  # fmt: skip

# Every key there is: (keys, what they do). The dialog on every page shows the same.
KEYS = (
    (("Ctrl K", "/"), "Search pilots, pages, actions and people"),
    (("↑", "↓"), "In the search: choose; Enter opens, Ctrl Enter opens beside, Esc closes"),
    (("j", "k"), "In a list: next and previous row; Enter opens it"),
    (("x",), "In a list: choose the row"),
    (("n",), "In My pilots: the next pilot that waits for your update"),
    (
        ("a", "e", "n"),
        "On a checklist: attest the item, give its evidence, or say that it does not apply",
    ),
    (("o",), "On a checklist: the next item that does not count"),
    (("Esc",), "On a checklist: close the item"),
    (("0", "1", "2", "3", "4"), "In a self-check: choose the rung"),
    (("Ctrl Enter",), "Send the form you are writing in"),
    (("Esc",), "Close a dialog"),
    (("?",), "Show the keys"),
)
