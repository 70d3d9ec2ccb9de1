from accounts.models.company import CompanySettings
from accounts.models.event import Channel, Event
from accounts.models.letter import Letter, LetterState
from accounts.models.membership import Membership, Role
from accounts.models.unit import Unit
from accounts.models.user import User

__all__ = [
    "Channel", "CompanySettings", "Event", "Letter", "LetterState", "Membership", "Role", "Unit",
    "User",
]  # fmt: skip
