"""What a change of the company's settings would mean for pilots and imports."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from accounts.models import User
from common.company import Company
from portfolio.models import ImportState, ImportUpload, Pilot, Stage
from portfolio.querysets import PilotQuerySet

AMOUNTS = ("budget", "data_work_budget", "spend_to_date", "monthly_burn", "run_cost_forecast")
FINISHED = (ImportState.APPLIED, ImportState.FAILED, ImportState.DISCARDED)


def consequences(before: Company, after: Company, by: User, now: datetime) -> list[str]:
    """A sentence for each thing that would change; of pilots those that `by` may see."""
    found = []
    if before.currency != after.currency:
        n = _with_amounts(by)
        whose = "1 pilot" if n == 1 else f"{n:,} pilots"
        found.append(
            f"The amounts of {whose} that you can see stand in {after.currency} then; "
            "none is converted."
            if n else "No pilot that you can see has an amount yet."
        )  # fmt: skip
    if before.wip_limit != after.wip_limit and after.wip_limit is not None:
        n = in_poc(by)
        over = n - after.wip_limit
        found.append(
            f"{n:,} in PoC that you can see now: "
            + (f"{over:,} more than the limit." if over > 0 else "within the limit.")
        )
    if before.keep_uploads != after.keep_uploads and after.keep_uploads is not None:
        n = old_uploads(now, after.keep_uploads).count()
        files = "1 uploaded file is" if n == 1 else f"{n:,} uploaded files are"
        end = f"{'goes' if n == 1 else 'go'} within the hour, for good" if n else "none goes yet"
        found.append(f"{files} older than that: {end}.")
    return found


def in_poc(by: User) -> int:
    """PoCs under way that the person may see."""
    return Pilot.objects.visible_to(by).filter(stage=Stage.POC).count()


def _with_amounts(by: User) -> int:
    known = reduce(or_, (Q(**{f"{field}__isnull": False}) for field in AMOUNTS))
    visible: PilotQuerySet = Pilot.objects.visible_to(by)
    return visible.filter(known).count()


def old_uploads(now: datetime, days: int) -> QuerySet[ImportUpload]:
    """Files of imports that ended longer ago than that. Their rows and issues are no part of it."""
    return ImportUpload.objects.filter(
        run__state__in=FINISHED, run__finished_at__lt=now - timedelta(days=days)
    )
