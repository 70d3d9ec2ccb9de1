"""Norddal: an insurer that also moves freight. Everybody and everything here is invented."""

from dataclasses import dataclass, field

from accounts.models import Role

NAME = "Norddal"
DOMAIN = "norddal.example"
PM, PO, EXEC = Role.PORTFOLIO_MANAGER, Role.PRODUCT_OWNER, Role.EXECUTIVE


@dataclass(frozen=True)
class Person:
    """`roles` for the whole company, or for the subtree of `unit`; `left` were here once."""

    name: str
    roles: tuple[str, ...] = ()
    unit: str = ""
    zone: str = ""
    internal: bool = True
    left: bool = False
    note: str = ""
    home: tuple[str, ...] = field(default=())

    @property
    def email(self) -> str:
        plain = self.name.lower().translate(str.maketrans("áéíóúäöüøåćčšžłę", "aeiouaouoaccszle"))
        return f"{plain.replace(' ', '.')}@{DOMAIN}"


# `home`: the units whose pilots the person owns. The first of each role is shown at sign-in.
PEOPLE = (
    Person("Ada Lindqvist", (Role.ADMINISTRATOR,), note="administers"),
    Person("Mona Bergström", (PM,), note="manages the whole portfolio"),
    Person("Jeroen de Wit", (PM,), unit="Freight", note="manages Freight only",
           zone="Europe/Amsterdam"),
    Person("Elisabeth Kranz", (EXEC,), note="executive, decides"),
    Person("Pierre Dumont", (EXEC,), unit="Claims", zone="Europe/Paris"),
    Person("Otto Falk", (Role.AUDITOR,), note="audits, sees everything"),
    Person("Vera Novak", (Role.VIEWER,), note="looks, changes nothing"),
    Person("Alice Okafor", (PO,), note="owns several pilots", home=("Claims / Motor",)),
    Person("Bob Hansen", (PO,), home=("Claims / Property", "Claims / Health")),
    Person("Chiara Rossi", (PO,), home=("Underwriting / Commercial",), zone="Europe/Rome"),
    Person("Dávid Kovács", (PO,), home=("Underwriting / Retail", "Sales / Direct")),
    Person("Emma Nilsson", (PO,), home=("Customer Service / Contact Centre",)),
    Person("Farid Haddad", (PO,), home=("Customer Service / Digital",)),
    Person("Greta Vogel", (PO,), home=("Freight / Road",)),
    Person("Henrik Dahl", (PO,), home=("Freight / Sea", "Warehousing"), zone="Europe/Oslo"),
    Person("Inês Almeida", (PO,), home=("Warehousing",), zone="Europe/Lisbon"),
    Person("Jonas Weber", (PO,), home=("Finance / Accounting", "Finance / Controlling")),
    Person("Katarzyna Zielińska", (PO,), home=("Finance / Reinsurance",)),
    Person("Lars Mikkelsen", (PO,), home=("People and Culture",)),
    Person("Marta Jimenez", (PO,), home=("IT / Platform", "IT / Security"), zone="Europe/Madrid"),
    Person("Nils Aaltonen", (PO,), home=("IT / Data",), zone="Europe/Helsinki"),
    Person("Olivia Brandt", (PO,), home=("Legal and Compliance",)),
    Person("Paul Schneider", (PO,), home=("Sales / Brokers",)),
    Person("Quentin Moreau", (PO,), left=True, home=("Claims / Motor", "IT / Data")),
    Person("Rosa Keller", (PO,), left=True, home=("Freight / Road", "Sales / Direct")),
    Person("Sam Whitfield", internal=False),
    Person("Tanvi Rao", internal=False),
)  # fmt: skip
