"""Who may do what: one row per address, with the answer for GET and for an empty POST.

For whoever is not in `who` the answer is 403, for a restricted pilot and those who may not see it
404, for nobody signed in the way to the sign-in, for a method an address does not know 405.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.config.access.checklists import SLUG
from tests.config.access.world import World

ACTORS = (
    "administrator", "manager", "executive", "owner", "other", "viewer", "auditor", "limited",
    "elsewhere", "stranger", "anonymous",
)  # fmt: skip
ALL = frozenset(ACTORS) - {"anonymous"}
SEE_HIDDEN = frozenset({"manager", "owner", "auditor", "limited"})
EDIT = frozenset({"manager", "owner", "limited"})
ANSWER = EDIT | {"executive"}
MANAGE = frozenset({"manager", "limited"})
MANAGER = MANAGE | {"elsewhere"}
OWN = frozenset({"manager", "owner"})
DECIDE = MANAGE | {"executive"}
PREPARE = MANAGER | {"executive"}
IMPORT = frozenset({"administrator", "manager", "limited", "elsewhere"})
STAFF = frozenset({"administrator", "manager", "limited", "elsewhere"})
IMPORTER = frozenset({"manager"})
OWNER = frozenset({"owner"})
CREATE = frozenset({"manager", "owner", "other", "limited", "elsewhere"})
ADMIN = frozenset({"administrator"})
COMPANY = frozenset({"administrator", "manager"})
EVERYBODY = frozenset(ACTORS)
NO_METHOD, SIGN_IN, FORBIDDEN, NOT_THERE = 405, 302, 403, 404
Args = Callable[[World, bool], dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    """The status for those in `who`; `others` for the rest of those signed in."""

    status: int
    who: frozenset[str] = ALL
    others: int = FORBIDDEN


NONE = Answer(NO_METHOD, frozenset())


@dataclass(frozen=True)
class Row:
    """`args` makes the arguments of the address for the open or the restricted pilot."""

    get: Answer = NONE
    post: Answer = NONE
    args: Args | None = None
    pilot: bool = False
    query: str = ""

    def expected(self, method: str, actor: str, hidden: bool) -> int:
        answer = self.get if method == "GET" else self.post
        public = "anonymous" in (self.get.who | self.post.who)
        if actor == "anonymous" and not public:
            return SIGN_IN
        if answer is NONE:
            return NO_METHOD
        if self.pilot and hidden and actor not in SEE_HIDDEN:
            return NOT_THERE
        return answer.status if actor in answer.who else answer.others


def fixed(**values: Any) -> Args:
    return lambda world, hidden: values


def of_pilot(*made: str, **values: Any) -> Args:
    """The pilot's reference, ids of what hangs on it, and fixed values."""

    def args(world: World, hidden: bool) -> dict[str, Any]:
        one = world.hidden if hidden else world.open
        ids = world.made[str(one.pk)]
        return {"ref": one.ref, **{name: ids[name] for name in made}, **values}

    return args


def pilot_row(get: Answer = NONE, post: Answer = NONE, *made: str, **values: Any) -> Row:
    return Row(get, post, of_pilot(*made, **values), pilot=True)


def list_row(get: int = 0, post: int = 0, **values: Any) -> Row:
    """Of the company's checklist: for those who speak for the whole company."""
    read, written = (Answer(status, COMPANY) if status else NONE for status in (get, post))
    return Row(read, written, fixed(slug=SLUG, **values))


def one_import(world: World, hidden: bool) -> dict[str, Any]:
    return {"pk": world.made["import_"].pk}


def one_unit(world: World, hidden: bool) -> dict[str, Any]:
    return {"number": world.open.unit_id}


def private_view(world: World, hidden: bool) -> dict[str, Any]:
    return {"slug": world.made["view"]}


def import_row(get: Answer = NONE, post: Answer = NONE) -> Row:
    return Row(get, post, one_import)


def person_row(get: Answer = NONE, post: Answer = NONE, **made: str) -> Row:
    """About the viewer, by number; `made` names further arguments."""

    def args(world: World, hidden: bool) -> dict[str, Any]:
        ids = {name: world.made[key] for name, key in made.items()}
        return {"number": world.people["viewer"].pk, **ids}

    return Row(get, post, args)


def one_decision(world: World, hidden: bool) -> dict[str, Any]:
    one = world.hidden if hidden else world.open
    return {"number": world.made[str(one.pk)]["decided"]}


def board_row(get: Answer = NONE, post: Answer = NONE, name: str = "board") -> Row:
    return Row(get, post, lambda world, hidden: {"number": world.made[name]})


def on_board(get: Answer = NONE, post: Answer = NONE) -> Row:
    def args(world: World, hidden: bool) -> dict[str, Any]:
        one = world.hidden if hidden else world.open
        return {"number": world.made["board"], "ref": one.ref}

    return Row(get, post, args, pilot=True)


PUBLIC = Answer(200, EVERYBODY)
PAGE = Row(Answer(200))
TABLE: dict[str, Row] = {
    # Signs of life, asked from outside.
    "health-live": Row(PUBLIC),
    "health-ready": Row(PUBLIC),
    "status": Row(Answer(200, ADMIN)),
    # The portfolio as a whole.
    "overview": PAGE,
    "chart-json": Row(Answer(200), args=fixed(code="ageing")),
    "chart-csv": Row(Answer(200), args=fixed(code="ageing")),
    "readiness": PAGE,
    # Checklists: everyone reads the published ones.
    "checklists": PAGE,
    "checklist": Row(Answer(200), args=fixed(slug=SLUG)),
    "checklist-compare": Row(Answer(200), args=fixed(slug=SLUG)),
    "checklist-toml": Row(Answer(200), args=fixed(slug=SLUG, number=1)),
    "checklist-new": Row(Answer(200, COMPANY), Answer(422, COMPANY)),
    "checklist-next": list_row(post=302),
    "checklist-when": list_row(200, 422, number=2),
    "checklist-call-off": list_row(post=302, number=2),
    "checklist-retire": list_row(post=302, number=1),
    "checklist-bring-back": list_row(post=409, number=1),
    "checklist-draft": list_row(200, 422),
    "checklist-draft-add": list_row(200, 422),
    "checklist-draft-file": list_row(200),
    "checklist-draft-paste": list_row(200, 422),
    "checklist-draft-publish": list_row(200, 422),
    "checklist-draft-discard": list_row(post=302),
    "checklist-draft-item": list_row(200, 422, code="rule_0"),
    "checklist-draft-move": list_row(post=302, code="rule_0"),
    "checklist-draft-remove": list_row(post=302, code="rule_0"),
    "readiness-csv": PAGE,
    "readiness-trend": PAGE,
    "pilot-chart": pilot_row(Answer(200), code="gap"),
    "ownership": PAGE,
    "search": PAGE,
    "help": PAGE,
    "guide": Row(Answer(200), args=fixed(slug="pilots")),
    "flags": PAGE,
    "pilots-export": Row(Answer(200), query="?format=csv"),
    # What administrators look after. An empty limit is a question: what would change?
    "flag-limits": Row(Answer(200, ADMIN), Answer(200, ADMIN)),
    "settings": Row(Answer(200, ADMIN), Answer(422, ADMIN)),
    "mails": Row(Answer(200, ADMIN)),
    "mail": Row(Answer(404, ADMIN), args=fixed(name="none.log")),
    "mail-html": Row(Answer(404, ADMIN), args=fixed(name="none.log")),
    "digest-retry": Row(post=Answer(404, ADMIN), args=fixed(number=10**9)),
    # One's own digests; a week that has none is not there, whoever asks.
    "digests": PAGE,
    "digest": Row(Answer(404), args=fixed(period="2020-W01")),
    "digest-html": Row(Answer(404), args=fixed(period="2020-W01")),
    "digest-switch": Row(post=Answer(302)),
    "digest-unsubscribe": Row(
        Answer(404, EVERYBODY), Answer(404, EVERYBODY), args=fixed(token="no-token")
    ),
    # Units: for everyone to see, for administrators to change.
    "units": PAGE,
    "unit": Row(Answer(200), args=one_unit),
    "unit-add": Row(Answer(200, ADMIN), Answer(422, ADMIN)),
    "unit-rename": Row(Answer(200, ADMIN), Answer(422, ADMIN), one_unit),
    "unit-move": Row(Answer(200, ADMIN), Answer(200, ADMIN), one_unit),
    "unit-merge": Row(Answer(200, ADMIN), Answer(422, ADMIN), one_unit),
    "unit-retire": Row(Answer(200, ADMIN), Answer(422, ADMIN), one_unit),
    # People: for administrators and portfolio managers to see, for administrators to change.
    "people": Row(Answer(200, STAFF)),
    "person": person_row(Answer(200, STAFF)),
    "person-add": Row(Answer(200, ADMIN), Answer(422, ADMIN)),
    "person-edit": person_row(Answer(200, ADMIN), Answer(422, ADMIN)),
    "role-grant": person_row(post=Answer(422, ADMIN)),
    "role-end": person_row(post=Answer(302, ADMIN), role="role_of_viewer"),
    "person-link": person_row(post=Answer(200, ADMIN)),
    "person-factors": person_row(post=Answer(302, ADMIN)),
    "person-sign-out": person_row(post=Answer(302, ADMIN)),
    "person-leave": person_row(Answer(200, ADMIN), Answer(302, ADMIN)),
    "person-forget": person_row(Answer(422, ADMIN), Answer(422, ADMIN)),
    "person-return": person_row(post=Answer(302, ADMIN)),
    "person-external": person_row(Answer(200, ADMIN), Answer(302, ADMIN)),
    # Pilots: everyone reads, its people edit, its portfolio managers move it.
    "pilots": PAGE,
    "my-pilots": PAGE,
    "owner-questions": Row(Answer(200), Answer(422)),
    "pilot-create": Row(Answer(200, CREATE), Answer(422, CREATE)),
    "pilots-similar": PAGE,
    "people-options": PAGE,
    "tags": PAGE,
    "tag-options": PAGE,
    "tag": Row(Answer(200), Answer(422), args=lambda world, hidden: {"number": world.made["tag"]}),
    "tag-delete": Row(post=Answer(404), args=fixed(number=10**9)),
    "pilot-tag": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-untag": pilot_row(NONE, Answer(302, EDIT)),
    "more-filters": PAGE,
    "list-columns": Row(Answer(200), Answer(302)),
    "saved-views": Row(Answer(200), Answer(422)),
    "saved-view-default": Row(post=Answer(302)),
    # A view of the owner's that nobody else has: it is not there for others.
    "saved-view": Row(Answer(302, OWNER, NOT_THERE), args=private_view),
    "saved-view-edit": Row(
        Answer(200, OWNER, NOT_THERE), Answer(422, OWNER, NOT_THERE), args=private_view
    ),
    "saved-view-copy": Row(post=Answer(302, OWNER, NOT_THERE), args=private_view),
    "saved-view-delete": Row(post=Answer(302, OWNER, NOT_THERE), args=private_view),
    "pilots-change": Row(Answer(200), Answer(422)),
    "bulk-undo": Row(post=Answer(422), args=fixed(batch="00000000-0000-4000-8000-000000000000")),
    "pilots-assign": Row(Answer(200), Answer(422)),
    "assignment-undo": Row(
        post=Answer(422), args=fixed(batch="00000000-0000-4000-8000-000000000000")
    ),
    "pilots-duplicates": Row(Answer(200, MANAGER)),
    "pilot-merge": pilot_row(Answer(200, MANAGE), Answer(422, MANAGE)),
    # What is no part of another one cannot be taken out of it.
    "pilot-unmerge": pilot_row(Answer(404, MANAGE), Answer(404, MANAGE)),
    "pilots-removed": Row(Answer(200, MANAGER)),
    "pilot": pilot_row(Answer(200)),
    "pilot-delete": pilot_row(Answer(200, MANAGE), Answer(422, MANAGE)),
    # What is not removed cannot be taken back.
    "pilot-take-back": pilot_row(NONE, Answer(404, MANAGE)),
    "pilot-history": pilot_row(Answer(200)),
    "timeline": PAGE,
    "unit-timeline": Row(Answer(404), args=fixed(pk=10**9)),
    "pilot-edit": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "section-edit": pilot_row(Answer(200, EDIT), Answer(422, EDIT), section="charter"),
    "pilot-update": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "my-pilot": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "update-undo": pilot_row(NONE, Answer(404, EDIT), number=10**9),
    "extension": pilot_row(Answer(200, MANAGE), Answer(422, MANAGE)),
    "extension-approve": pilot_row(NONE, Answer(404, DECIDE), number=10**9),
    "extension-decline": pilot_row(Answer(404, DECIDE), Answer(404, DECIDE), number=10**9),
    "pilot-hold": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-resume": pilot_row(post=Answer(302, EDIT)),
    "pilot-stage": pilot_row(Answer(200, MANAGE), Answer(422, MANAGE)),
    "pilot-assign": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-release": pilot_row(NONE, Answer(302, EDIT), "role"),
    # The manager is asked, the owner is named; nobody else answers.
    "pilot-own": pilot_row(Answer(200, OWN), Answer(422, OWN)),
    "pilot-propose": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-decline": pilot_row(Answer(200, OWN), Answer(422, OWN)),
    "pilot-twelve-months": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    # A pilot in use: the months it was useful in, and the checks after launch.
    "pilot-in-use": pilot_row(Answer(200)),
    "pilot-in-use-panel": pilot_row(Answer(200)),
    "pilot-attest": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-check-90": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-check-180": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "proposal-withdraw": pilot_row(NONE, Answer(302, EDIT), "proposal"),
    "flag-snooze": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "flag"),
    "flag-wake": pilot_row(NONE, Answer(302, EDIT), "flag"),
    "pilot-metric": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-reading": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "metric"),
    # What hangs on a pilot.
    "pilot-dependency-add": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-dependency": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "dependency"),
    "pilot-dependency-end": pilot_row(NONE, Answer(422, EDIT), "dependency"),
    "pilot-model-add": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-model": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "use"),
    "pilot-model-end": pilot_row(NONE, Answer(302, EDIT), "use"),
    "models": PAGE,
    "model": Row(Answer(200), args=fixed(slug="shared")),
    "pilot-rollout-add": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-rollout": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "rollout"),
    "pilot-rollout-close": pilot_row(NONE, Answer(302, EDIT), "rollout"),
    "pilot-wave-add": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "rollout"),
    "pilot-wave": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "wave"),
    "pilot-review-add": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "gates": Row(Answer(200, ADMIN), Answer(422, ADMIN)),
    "pilot-packet": pilot_row(Answer(200)),
    "pilot-packet-propose": pilot_row(NONE, Answer(422, MANAGE)),
    # The manager proposed it and may only take it back; the gate wants a reason, a no does too.
    "packet-approve": pilot_row(NONE, Answer(422, DECIDE - {"manager"}), "proposed"),
    "packet-decline": pilot_row(NONE, Answer(422, DECIDE - {"manager"}), "proposed"),
    "packet-withdraw": pilot_row(NONE, Answer(302, frozenset({"manager"})), "proposed"),
    "condition-meet": pilot_row(Answer(200, ANSWER), Answer(422, ANSWER), "condition"),
    "condition-drop": pilot_row(Answer(200, DECIDE), Answer(422, DECIDE), "condition"),
    "condition-change": pilot_row(Answer(200, DECIDE), Answer(422, DECIDE), "condition"),
    # What is open cannot be opened again.
    "condition-reopen": pilot_row(Answer(200, DECIDE), Answer(422, DECIDE), "condition"),
    "decisions": PAGE,
    "decision-register": PAGE,
    "lessons": PAGE,
    "pilot-decisions": pilot_row(Answer(200)),
    "decision": Row(Answer(200), args=one_decision, pilot=True),
    "pilot-review": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "review"),
    "reviews": PAGE,
    "pilot-link-add": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-link": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "link"),
    "pilot-link-end": pilot_row(NONE, Answer(302, EDIT), "link"),
    "pilot-incident-add": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "dependency"),
    "pilot-incident": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "incident"),
    "metric": pilot_row(Answer(200), NONE, "metric"),
    "metric-edit": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "metric"),
    "metric-end": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "metric"),
    "metric-reopen": pilot_row(NONE, Answer(302, EDIT), "metric"),
    "metric-paste": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "metric"),
    "reading-correct": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "metric", "reading"),
    "raw-test": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "raw-test-withdraw": pilot_row(Answer(200, EDIT), Answer(422, EDIT), "test"),
    "pilot-costs": pilot_row(Answer(200)),
    "pilot-cost-add": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "pilot-estimate": pilot_row(Answer(200, EDIT), Answer(422, EDIT)),
    "estimate-approve": pilot_row(Answer(404, EDIT), Answer(404, EDIT), number=10**9),
    "cost-withdraw": pilot_row(Answer(404, EDIT), Answer(404, EDIT), kind="entry", number=10**9),
    "pilot-readings-csv": pilot_row(Answer(200)),
    # Imports.
    "imports": Row(Answer(200, IMPORT), Answer(422, IMPORT)),
    "import": import_row(Answer(200, IMPORT)),
    "import-read": import_row(post=Answer(409, IMPORTER)),
    "import-columns": import_row(post=Answer(409, IMPORTER)),
    "import-back": import_row(post=Answer(409, IMPORTER)),
    "import-apply": import_row(post=Answer(409, IMPORTER)),
    "import-discard": import_row(post=Answer(409, IMPORTER)),
    "import-undo": import_row(Answer(409, IMPORT), Answer(409, IMPORT)),
    "import-issues": import_row(Answer(200, IMPORT)),
    "import-mapping": import_row(Answer(200, IMPORT)),
    # Readiness of a pilot.
    "pilot-readiness": pilot_row(Answer(200)),
    "pilot-readiness-panel": pilot_row(Answer(200)),
    "pilot-compare": pilot_row(Answer(200)),
    "pilot-self-checks": pilot_row(Answer(200), Answer(302, EDIT)),
    "pilot-self-check-discard": pilot_row(NONE, Answer(302, EDIT)),
    "pilot-self-check": pilot_row(Answer(200), Answer(302, EDIT), "check"),
    "pilot-self-check-question": pilot_row(
        Answer(200, EDIT), Answer(422, EDIT), "check", code="goal"
    ),
    "pilot-checklist": pilot_row(Answer(200), checklist="production"),
    "pilot-checklist-answer": pilot_row(
        Answer(302), Answer(422, ANSWER), checklist="production", code="latency"
    ),
    "pilot-waiver-ask": pilot_row(
        Answer(200, EDIT), Answer(422, EDIT), checklist="production", code="security"
    ),
    "pilot-waiver": pilot_row(Answer(200), Answer(422, DECIDE), "waiver"),
    "pilot-waiver-withdraw": pilot_row(NONE, Answer(302, OWNER), "waiver"),
    "pilot-evidence-file": pilot_row(Answer(200), NONE, "file"),
    # Boards: everybody reads them, as far as they may see the pilots; those over the unit run them.
    "boards": PAGE,
    "board-new": Row(Answer(200, PREPARE), Answer(422, PREPARE)),
    "board": board_row(Answer(200)),
    "board-change": board_row(Answer(200, DECIDE), Answer(422, DECIDE)),
    "board-call-off": board_row(post=Answer(302, DECIDE)),
    "board-pick": board_row(post=Answer(302, DECIDE)),
    # Without a reference there is no pilot to add.
    "board-add": board_row(Answer(200, DECIDE), Answer(404, DECIDE)),
    "board-minutes": board_row(post=Answer(302, DECIDE)),
    "board-start": board_row(post=Answer(302, DECIDE)),
    "board-close": board_row(Answer(200, DECIDE), Answer(302, DECIDE)),
    "board-mail": board_row(Answer(200, DECIDE), Answer(422, DECIDE), "board_held"),
    "board-item": on_board(Answer(200), Answer(422, DECIDE)),
    "board-off": on_board(post=Answer(302, DECIDE)),
    "board-move": on_board(post=Answer(404, DECIDE)),
}
