from typing import Any

from accounts.actions import units
from accounts.models import Unit, User
from portfolio.actions import people, pilots
from portfolio.models import Channel, Pilot

# What a pilot needs to enter PoC, besides an owner.
CHARTER = {
    "problem": "Invoices wait for four days.",
    "hypothesis": "Read by machine they wait for one.",
    "ready_when": "9 of 10 invoices are right without rework.",
    "stop_when": "Fewer than 7 of 10 after six weeks.",
    "planned_outlet": "The ledger, paid for by accounting.",
}


def unit(*names: str) -> Unit:
    """The unit at the end of that path; "Sales" when none is given."""
    node: Unit | None = None
    for name in names or ("Sales",):
        node = units.ensure(name=name, parent=node)
    assert node is not None
    return node


def pilot(
    by: User, name: str = "Invoice reader", *, owner: User | None = None, **values: Any
) -> Pilot:
    """A registered pilot; `by` needs the right to register."""
    values.setdefault("unit", None)
    values["unit"] = values["unit"] or unit()
    made = pilots.register(by=by, channel=Channel.COMMAND, name=name, **values)
    if owner:
        people.assign(pilot=made, person=owner, by=by, channel=Channel.COMMAND)
    return made
