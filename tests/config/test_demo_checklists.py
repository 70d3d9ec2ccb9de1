"""The demo company has a list of its own, in every state that a list can be in."""

from common import clock
from config.demo import checklists
from readiness.models import ChecklistDraft, ChecklistTemplate
from readiness.queries.checklist_drafts import draft_page
from tests.factories import Cast


def test_the_demo_has_a_list_a_next_version_and_a_draft(cast: Cast) -> None:
    checklists.write(cast.mona, clock.today())
    first, second = ChecklistTemplate.objects.filter(title=checklists.TITLE).order_by("version")
    assert (first.current, first.size) == (True, 4)
    assert (second.current, second.size, second.retired_on) == (False, 5, None)
    assert second.effective_on is not None
    assert draft_page(ChecklistDraft.objects.get()).problems == ()
