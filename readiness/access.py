"""Who may say what about readiness. The pilot itself comes through portfolio.access."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from django.db.models import Q
from django.http import Http404

from accounts.access import roles_of
from accounts.models import Unit, User
from common.errors import NotAllowed
from portfolio.access import may_edit, may_manage
from portfolio.models import Pilot, RoleKind
from readiness.models import (
    Answer,
    Answered,
    ChecklistDraft,
    ChecklistItem,
    ChecklistTemplate,
    Condition,
    Decision,
    EvidenceFile,
    LaunchCheck,
    Meeting,
    SelfCheck,
    State,
    WaiverRequest,
)

if TYPE_CHECKING:
    from portfolio.querysets import PilotQuerySet

PRODUCTION = "production"
"""The checklist whose open items make MISSING_3."""
LARGEST = 2**63 - 1
"""The largest number that a row can have."""


def get_template(slug: str) -> ChecklistTemplate:
    """The checklist as people are asked it now; Http404 when there is none of that name."""
    asked = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    template = asked.filter(slug=slug).first()
    if template is None:
        raise Http404("There is no such checklist.")
    return template


def self_check_template() -> ChecklistTemplate:
    """The self-check as teams are asked it now; Http404 when there is none."""
    asked = ChecklistTemplate.objects.filter(current=True, answered=Answered.TEAM)
    template = asked.order_by("slug").first()
    if template is None:
        raise Http404("No self-check is published.")
    return template


def get_self_check(pilot: Pilot, number: int) -> SelfCheck:
    """A self-check of this pilot; Http404 for another one's."""
    checks = SelfCheck.objects.select_related("template", "pilot")
    check = checks.filter(pilot=pilot, pk=number).first()
    if check is None:
        raise Http404("There is no such self-check.")
    return check


def get_item(code: str, *, slug: str = PRODUCTION) -> ChecklistItem:
    """The item as it is asked now; Http404 when there is none of that code."""
    items = ChecklistItem.objects.select_related("template")
    item = items.filter(template__slug=slug, template__current=True, code=code).first()
    if item is None:
        raise Http404("There is no such question.")
    return item


def get_version(slug: str, number: int | None = None) -> ChecklistTemplate:
    """A version of a list, the newest unless `number` names another; everyone reads them.
    Http404 when there is none."""
    rows = ChecklistTemplate.objects.filter(slug=slug)
    found = (rows if number is None else rows.filter(version=number)).order_by("-version").first()
    if found is None:
        raise Http404("There is no such version of a checklist.")
    return found


def get_draft(user: User, slug: str) -> ChecklistDraft:
    """A draft, for those who write checklists; NotAllowed for the others, Http404 without one."""
    require_checklists(user)
    draft = ChecklistDraft.objects.select_related("author").filter(slug=slug).first()
    if draft is None:
        raise Http404("There is no draft of that list; it was published or discarded.")
    return draft


def may_write_checklists(user: User) -> bool:
    """Administrators, and portfolio managers of the whole company: a list is asked of all units."""
    roles = roles_of(user)
    return roles.is_administrator or "/" in roles.managed


def require_checklists(user: User) -> None:
    """NotAllowed for whoever may not write checklists."""
    if not may_write_checklists(user):
        raise NotAllowed(
            "Checklists are written by administrators and portfolio managers of the whole company."
        )


def get_file(pilot: Pilot, number: int) -> EvidenceFile:
    """A file, without its content, that was filed for the pilot, or that backs an answer which came
    to it when another pilot was merged into it; Http404 for files of other pilots."""
    here = Q(pilot=pilot) | Q(answers__pilot=pilot)
    file = EvidenceFile.objects.defer("content").filter(here, pk=number).distinct().first()
    if file is None:
        raise Http404("There is no such file.")
    return file


def may_waive(user: User, pilot: Pilot) -> bool:
    """Managers and executives of the unit approve waivers, but not of a pilot they own."""
    roles = roles_of(user)
    lineage = pilot.unit.lineage
    approves = roles.manages(lineage) or any(lineage.startswith(unit) for unit in roles.decided)
    if not approves:
        return False
    return not pilot.people.filter(person=user, role=RoleKind.OWNER, until=None).exists()


def may_grant(user: User, request: WaiverRequest) -> bool:
    """Whoever may waive, but not what they asked for themselves."""
    return request.asked_by_id != user.pk and may_waive(user, request.pilot)


def get_waiver(pilot: Pilot, number: int) -> WaiverRequest:
    """What was asked about a pilot that came through `get_pilot`; Http404 when it is of another
    one."""
    rows = WaiverRequest.objects.select_related("asked_by", "settled_by", "item__template")
    found = rows.filter(pilot=pilot, pk=number).first() if number <= LARGEST else None
    if found is None:
        raise Http404("There is no such request.")
    found.pilot = pilot
    return found


def may_verify(user: User, answer: Answer | None) -> bool:
    """A second person: somebody other than who attested it, with evidence to look at."""
    return (
        answer is not None
        and answer.state in (State.ATTESTED, State.VERIFIED)
        and answer.backed
        and answer.author_id != user.pk
    )


def states_for(
    answer: Answer | None, user: User, *, editor: bool, approver: bool
) -> tuple[State, ...]:
    """The states this person may choose for an item, and the one it is in."""
    if not (editor or approver):
        return ()
    allowed = {State(answer.state)} if answer else set()
    if editor:
        allowed |= {State.OPEN, State.ATTESTED, State.NOT_APPLICABLE}
    if editor and may_verify(user, answer):
        allowed.add(State.VERIFIED)
    if approver:
        allowed.add(State.WAIVED)
    return tuple(state for state in State if state in allowed)


def may_answer(user: User, pilot: Pilot) -> bool:
    return may_edit(user, pilot) or may_waive(user, pilot)


def decided_pilots(user: User) -> "PilotQuerySet":
    """The pilots whose decisions the person may read: those in sight, and those that were merged
    into one in sight, as far as they are not hidden from the person themselves. One small
    statement, a second one where pilots were merged; the rest is left to the caller's."""
    ever = Pilot.everything.visible_to(user)
    rows = ever.filter(merged_into__isnull=False).values_list("pk", "merged_into")
    into: dict[int, int] = {pk: survivor for pk, survivor in rows if survivor}
    ends = {pk: _end(pk, into) for pk in into}
    seen = Pilot.objects.visible_to(user).filter(pk__in=set(ends.values()))
    alive = set(seen.values_list("pk", flat=True)) if ends else set()
    lives_on = [pk for pk, end in ends.items() if end in alive]
    return ever.filter(Q(removed_at=None) | Q(pk__in=lives_on))


def _end(pk: int, into: Mapping[int, int]) -> int:
    """The pilot in which one that was merged, perhaps more than once, lives on."""
    while pk in into:
        pk = into[pk]
    return pk


def came_into(user: User, pilot: Pilot) -> set[int]:
    """The pilots that were merged into this one, also by way of others, as far as the person may
    see them. A statement for each step, so one where nothing was merged."""
    ever = Pilot.everything.visible_to(user)
    found: set[int] = set()
    step = {pilot.pk}
    while step:
        step = set(ever.filter(merged_into__in=step).values_list("pk", flat=True))
        found |= step
    return found


def get_decision(user: User, number: int) -> Decision:
    """A decision about a pilot that the person may see; Http404 for all others.

    One about a pilot that was merged into such a pilot stays readable, for its conditions live on
    there; its own pilot may not be hidden from the person either.
    """
    seen, ever = Pilot.objects.visible_to(user), Pilot.everything.visible_to(user)
    lives_on = Q(conditions__pilot__in=seen) & Q(pilot__in=ever)
    rows = Decision.objects.filter(Q(pilot__in=decided_pilots(user)) | lives_on)
    rows = rows.select_related("pilot__unit", "proposed_by", "approved_by")
    found = rows.filter(pk=number).first() if number <= LARGEST else None
    if found is None:
        raise Http404("There is no such decision.")
    return found


def get_condition(pilot: Pilot, number: int) -> Condition:
    """A condition of a pilot that came through `get_pilot`; Http404 when it is of another one."""
    rows = Condition.objects.select_related("owner", "decision").filter(pilot=pilot, pk=number)
    found = rows.first() if number <= LARGEST else None
    if found is None:
        raise Http404("There is no such condition.")
    found.pilot = pilot
    return found


def may_attest(user: User, pilot: Pilot) -> bool:
    """Who says whether it is useful: its value owner, its owner where nobody answers for value, and
    its managers."""
    if may_manage(user, pilot):
        return True
    roles = (RoleKind.VALUE_OWNER, RoleKind.OWNER)
    held = set(pilot.people.open().filter(role__in=roles).values_list("role", "person"))
    named = {person for role, person in held if role == RoleKind.VALUE_OWNER}
    return user.pk in (named or {person for _, person in held})


def check_attests(user: User, pilot: Pilot) -> None:
    """NotAllowed for everybody else."""
    if not may_attest(user, pilot):
        raise NotAllowed(
            f"Its value owner says whether {pilot.ref} is useful; its owner where there is none."
        )


def get_check(pilot: Pilot, days: int) -> LaunchCheck:
    """The check of so many days; Http404 when the pilot is not launched, or was long ago."""
    row = LaunchCheck.objects.filter(pilot=pilot, days=days).select_related("done_by").first()
    if row is None:
        raise Http404("There is no such check.")
    return row


def may_run(user: User, unit: Unit | None) -> bool:
    """Managers and executives of the unit, or of one above it, prepare its boards and run them;
    for a board of the whole portfolio (None) those of the whole company."""
    roles, lineage = roles_of(user), unit.lineage if unit else "/"
    return roles.manages(lineage) or any(lineage.startswith(over) for over in roles.decided)


def get_meeting(user: User, number: int, *, need: Literal["view", "run"] = "view") -> Meeting:
    """The board of that number; Http404 when there is none. Everybody reads its agenda, as far as
    they may see its pilots."""
    found = Meeting.objects.select_related("unit", "closed_by", "made_by").filter(pk=number).first()
    if found is None:
        raise Http404("There is no such board.")
    if need == "run" and not may_run(user, found.unit):
        whose = f"of {found.unit}" if found.unit else "of the whole company"
        raise NotAllowed(f"Only portfolio managers and executives {whose} run this board.")
    return found
