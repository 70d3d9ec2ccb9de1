import pytest

from portfolio.actions import flags
from portfolio.flags import limits
from portfolio.flags.limits import Setting
from portfolio.flags.registry import rules
from portfolio.models import Event, FlagLimit, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import ago, codes, settled, sweep

NO_UPDATE = rules.get("NO_UPDATE")


@pytest.mark.parametrize(
    ("rows", "stage", "audience", "expected"),
    [
        ([], "poc", "", 14),
        ([], "production", "customer", 30),
        ([Setting(7)], "production", "", 7),
        ([Setting(7, stage="poc")], "poc", "internal", 7),
        ([Setting(7, stage="poc")], "production", "", 30),
        ([Setting(7, stage="poc"), Setting(5)], "idea", "", 5),
        ([Setting(7, audience="customer")], "production", "customer", 7),
        ([Setting(7, audience="customer")], "production", "internal", 30),
        ([Setting(7, audience="customer"), Setting(9, stage="poc")], "poc", "customer", 9),
        ([Setting(9, stage="poc"), Setting(3, "poc", "customer")], "poc", "customer", 3),
    ],
)
def test_the_most_specific_row_wins(
    rows: list[Setting], stage: str, audience: str, expected: int
) -> None:
    assert limits.of(NO_UPDATE, {"NO_UPDATE": rows}, stage=stage, audience=audience) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["idea", "production"])
@pytest.mark.parametrize("audience", ["", "internal", "customer"])
def test_sql_and_python_choose_alike(cast: Cast, stage: str, audience: str) -> None:
    for row in (
        ("", "", 20),
        ("production", "", 40),
        ("", "customer", 10),
        ("idea", "internal", 5),
    ):
        FlagLimit.objects.create(rule="NO_UPDATE", stage=row[0], audience=row[1], limit=row[2])
    settled(cast.mona, stage=stage, audience=audience)
    settings = limits.load()
    annotated = Pilot.objects.annotate(limit=limits.expression(NO_UPDATE, settings)).get()
    expected = limits.of(NO_UPDATE, settings, stage=stage, audience=audience)
    assert annotated.limit == expected  # type: ignore[attr-defined]


def test_a_new_limit_holds_from_the_next_sweep(cast: Cast) -> None:
    pilot = settled(cast.mona)
    Pilot.objects.filter(pk=pilot.pk).update(last_update_on=ago(10))
    sweep()
    assert codes(pilot) == set()
    flags.set_limit(rule="NO_UPDATE", limit=7, by=cast.ada, channel="web")
    sweep()
    assert codes(pilot) == {"NO_UPDATE"}
    flags.set_limit(rule="NO_UPDATE", limit=None, by=cast.ada, channel="web")
    sweep()
    assert codes(pilot) == set()
    told = (
        Event.objects.filter(verb="flag.limit_set").order_by("id").values_list("after", flat=True)
    )
    assert [event["limit"] for event in told] == [7, None]
