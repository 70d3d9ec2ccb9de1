"""Which stories there are, and how many of each: together they show every state there is."""

from dataclasses import dataclass

from portfolio.models import Stage

IDEA, POC, PILOT = Stage.IDEA.value, Stage.POC.value, Stage.PILOT.value
ROLLOUT, PRODUCTION = Stage.ROLLOUT.value, Stage.PRODUCTION.value
RETIRED, STOPPED = Stage.RETIRED.value, Stage.STOPPED.value
VOYAGE = (IDEA, POC, PILOT, ROLLOUT, PRODUCTION, RETIRED)

Range = tuple[int, int]


@dataclass(frozen=True)
class Plot:
    """How a pilot's story goes. Ranges are days, but `met`: readiness items that count.

    `path` are the stages before the present one with the days spent there. `owner` is one of
    yes, named (has not accepted), proposed (asked, no answer), passed (from one to another), lost
    (left, nobody came), never; `handed_over`: the owner has just asked somebody to take over;
    `builder_left`: who built it is gone. `metric` is yes, late, ended or
    none. `hold` is "", now or past.
    """

    count: int
    stage: str
    age: Range
    path: tuple[tuple[str, Range], ...] = ()
    silence: Range | None = (1, 9)
    owner: str = "yes"
    metric: str = "yes"
    met: Range = (0, 0)
    hold: str = ""
    health: str = ""
    entry_known: bool = True
    restricted: bool = False
    money: bool = True
    snooze: str = ""
    handed_over: bool = False
    builder_left: bool = False


TO_POC = ((IDEA, (10, 50)),)
TO_PILOT = (*TO_POC, (POC, (40, 95)))
TO_ROLLOUT = (*TO_PILOT, (PILOT, (45, 110)))
TO_PRODUCTION = (*TO_ROLLOUT, (ROLLOUT, (25, 70)))
BACK = (*TO_POC, (POC, (40, 60)), (PILOT, (25, 40)))

PLOTS: dict[str, Plot] = {
    "new idea": Plot(5, IDEA, (3, 25), silence=None, metric="none", money=False, owner="named"),
    "idea at work": Plot(5, IDEA, (15, 60), metric="none"),
    "forgotten idea": Plot(3, IDEA, (150, 320), silence=(60, 120), owner="never", metric="none"),
    "healthy poc": Plot(9, POC, (8, 75), TO_POC),
    "poc nobody measures": Plot(3, POC, (20, 80), TO_POC, metric="none"),
    "poc waiting for its owner": Plot(3, POC, (15, 60), TO_POC, owner="proposed"),
    "poc past a quarter": Plot(6, POC, (96, 190), TO_POC, silence=(3, 12), health="at_risk"),
    "dead poc": Plot(5, POC, (150, 380), TO_POC, silence=(50, 140), owner="lost", metric="none"),
    "poc with an extension": Plot(2, POC, (100, 120), TO_POC, snooze="STALE_POC"),
    "poc on hold": Plot(2, POC, (60, 130), TO_POC, silence=(20, 40), hold="now"),
    "poc of unknown age": Plot(3, POC, (30, 200), entry_known=False, money=False, metric="none"),
    "back to poc": Plot(2, POC, (55, 75), BACK, health="at_risk"),
    "restricted poc": Plot(2, POC, (30, 110), TO_POC, restricted=True),
    "pilot at work": Plot(8, PILOT, (20, 90), TO_PILOT, met=(5, 8)),
    "pilot nobody made ready": Plot(5, PILOT, (60, 160), TO_PILOT, met=(0, 4), health="at_risk"),
    "quiet pilot": Plot(4, PILOT, (90, 200), TO_PILOT, silence=(30, 70), met=(2, 5),
                        builder_left=True),
    "pilot without owner": Plot(3, PILOT, (40, 120), TO_PILOT, owner="lost", met=(3, 6)),
    "pilot whose measure ended": Plot(2, PILOT, (50, 90), TO_PILOT, metric="ended", met=(6, 8)),
    "restricted pilot": Plot(2, PILOT, (30, 90), TO_PILOT, restricted=True, met=(4, 7)),
    "rollout": Plot(6, ROLLOUT, (10, 60), TO_ROLLOUT, owner="passed", met=(8, 10)),
    "rollout with gaps": Plot(2, ROLLOUT, (30, 70), TO_ROLLOUT, met=(5, 6), snooze="MISSING_3",
                              handed_over=True),
    "rollout on hold before": Plot(1, ROLLOUT, (20, 40), TO_ROLLOUT, met=(8, 9), hold="past"),
    "production": Plot(11, PRODUCTION, (30, 220), TO_PRODUCTION, silence=(2, 25), met=(8, 10)),
    "claimed production": Plot(2, PRODUCTION, (40, 90), TO_PRODUCTION, met=(3, 5),
                               owner="named", builder_left=True),
    "quiet production": Plot(2, PRODUCTION, (120, 200), TO_PRODUCTION, silence=(45, 80),
                             met=(8, 9)),
    "restricted production": Plot(1, PRODUCTION, (50, 90), TO_PRODUCTION, restricted=True,
                                  met=(9, 10)),
    "retired": Plot(3, RETIRED, (10, 70), (*TO_PRODUCTION, (PRODUCTION, (60, 120))), met=(8, 9)),
    "stopped idea": Plot(3, STOPPED, (30, 250), TO_POC, metric="none"),
    "stopped poc": Plot(8, STOPPED, (15, 300), (*TO_POC, (POC, (50, 150))), health="off_track"),
    "stopped pilot": Plot(4, STOPPED, (20, 150), (*TO_PILOT, (PILOT, (60, 140))),
                          health="off_track", met=(1, 4)),
}  # fmt: skip
