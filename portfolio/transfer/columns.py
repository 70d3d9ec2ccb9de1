# ruff: noqa: E501 - one line per column, however many names people give it
"""What a spreadsheet column can become, and what an export writes: one line each.

`names` are headers as people write them (English and some German), compared by
`text.header_key`; `phrases` are found inside long, questionnaire-like headers. A column
without `names` is written by exports only.
"""

from dataclasses import dataclass
from typing import Literal

from portfolio.transfer.text import header_key

Kind = Literal[
    "ref", "id", "name", "unit", "stage", "stage_date", "date", "line", "text", "choice",
    "yesno", "amount", "person", "out",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """`code` is the pilot's field where there is one, and the key in mapping documents."""

    code: str
    label: str
    kind: Kind
    names: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


def _c(code: str, label: str, kind: Kind, names: str = "", phrases: str = "") -> Column:
    def split(value: str) -> tuple[str, ...]:
        return tuple(header_key(v) for v in value.split("|") if v.strip())

    return Column(code, label, kind, (header_key(label), *split(names)), split(phrases))


# fmt: off
COLUMNS: tuple[Column, ...] = (
    _c("ref", "Reference", "ref", "ref|pilot ref|pilotage ref"),
    _c("external_id", "External id", "id", "id|external reference|use case id|initiative id|project id|project number|project no|use case number|case id|pilot id|key|ticket|inventory id|inventory number|ai id|record id|nr|no|nummer|kennung|projektnummer|projekt id|vorhaben id|use case nr|lfd nr|unique id|uid|identifier|code|project code"),
    _c("name", "Name", "name", "title|pilot|pilot name|use case|use case name|use case title|ai use case|ai use case name|initiative|initiative name|initiative title|project|project name|project title|ai project|ai initiative|poc name|poc|solution|solution name|application|application name|tool|tool name|product|product name|bezeichnung|titel|projekt|projektname|projekttitel|anwendungsfall|vorhaben|name des vorhabens|initiativenname|ki projekt|ki anwendungsfall|nom|nom du projet|what|topic name"),
    _c("summary", "Summary", "text", "description|what it does today|what it does|short description|purpose|intended purpose|about|overview|abstract|scope|use case description|project description|details|beschreibung|kurzbeschreibung|zweck|zusammenfassung|inhalt|summary description", "intended purpose|purpose and expected benefit|describe the use case|brief description"),
    _c("unit", "Unit", "unit", "business unit|unit path|department|agency|organisation|organization|division|company|business area|area|function|org unit|org|team|bu|group|entity|agency name|department name|line of business|bereich|abteilung|geschaftsbereich|geschaeftsbereich|organisationseinheit|einheit|ressort|fachbereich|gesellschaft|ministry|owning unit|owning department"),
    _c("subunit", "Sub-unit", "unit", "sub unit|bureau|sub department|subdivision|office|component|sub agency|subagency|bureau department|section|unterabteilung|referat|team name|sub org|bureau component"),
    _c("stage", "Stage", "stage", "status|phase|state|stage of development|development stage|lifecycle stage|life cycle stage|lifecycle|lifecycle phase|maturity|project status|project stage|project phase|current stage|current status|current phase|development status|implementation status|use case status|pilot stage|progress|projektstatus|projektphase|aktueller status|stand|stufe|reifegrad|umsetzungsstand|bearbeitungsstand"),
    _c("stage_since", "Stage since", "stage_date", "in stage since|stage entry|stage entered|stage date|status date|status since|in status since|since|entered stage|phase since|seit|status seit|phase seit|in phase seit|stand seit|stage start"),
    _c("idea_on", "Idea since", "stage_date", "date initiated|initiated|initiation date|idea date|proposed on|date proposed|submitted|submitted on|submission date|start|start date|started|started on|begin|begin date|kick off|kickoff|kick off date|kickoff date|start month|project start|initiated on|startdatum|start am|beginn|beginn am|eingereicht am|gestartet am|projektstart|date started", "date when initiated"),
    _c("poc_on", "PoC since", "stage_date", "poc start|poc date|poc started|poc start date|poc since|development start|development started|date development began|development start date|date when acquisition and or development began|proof of concept start|poc beginn|poc seit|entwicklungsbeginn|poc startdatum", "development began"),
    _c("pilot_on", "Pilot since", "stage_date", "pilot start|pilot date|pilot started|pilot start date|pilot since|pilotstart|pilotbeginn|pilot beginn|pilotphase seit"),
    _c("rollout_on", "Rollout since", "stage_date", "rollout start|roll out start|rollout date|rollout started|rollout start date|rolloutstart|rollout beginn"),
    _c("production_on", "Production since", "stage_date", "production date|production start|production start date|in production since|produktiv seit|produktivsetzung|in betrieb seit|produktionsstart"),
    _c("live_on", "Live since", "stage_date", "date implemented|implemented|implementation date|go live|go live date|golive|live date|live on|launch date|launched|launched on|deployed|deployed on|deployment date|date deployed|release date|in use since|live seit|livegang|go live datum|einfuhrung|einfuehrung|einfuhrungsdatum|implemented on|operational date|operational since"),
    _c("ended_on", "Ended", "stage_date", "date retired|retired|retired on|retirement date|ended on|stopped on|stop date|closed on|close date|date stopped|cancelled on|decommissioned on|decommission date|beendet am|stillgelegt am|abgebrochen am|eingestellt am"),
    _c("decide_by", "Decide by", "date", "decision date|decision due|decision by|decide by date|decision deadline|go no go date|gate date|go no go|entscheidung bis|entscheidungstermin|entscheidung am|entscheidung"),
    _c("demo_on", "Demo on", "date", "demo date|demo|demo am"),
    _c("poc_success_on", "PoC success on", "date", "poc success|poc success date|poc completed|poc completed on|poc erfolg am|poc end date"),
    _c("last_seen_working", "Last seen working", "date", "last seen working on|zuletzt gesehen"),
    _c("target_launch_on", "Target launch", "date", "target launch date|planned launch|planned go live|geplanter start"),
    _c("owner", "Owner", "person", "product owner|pilot owner|owner name|owner email|owner e mail|project owner|use case owner|business owner|responsible|responsible person|accountable|accountable person|lead|project lead|project manager|manager|contact|contact person|contact email|point of contact|poc contact|pm|po|owned by|verantwortlich|verantwortlicher|verantwortliche|verantwortliche person|ansprechpartner|ansprechperson|projektleiter|projektleitung|eigentumer|eigentuemer|leitung|owner mail|assigned to|assignee|e mail|email"),
    _c("sponsor", "Sponsor", "person", "executive sponsor|project sponsor|business sponsor|sponsor name|sponsor email|sponsorin|auftraggeber|auftraggeberin"),
    _c("value_owner", "Value owner", "person", "benefit owner|value owner email|nutzenverantwortlicher|nutzenverantwortliche"),
    _c("technical_owner", "Technical owner", "person", "tech owner|technical lead|tech lead|technical contact|it owner|developer|lead developer|system owner|technischer ansprechpartner|technisch verantwortlich|technical owner email|data scientist"),
    _c("operations_owner", "Operations owner", "person", "ops owner|operations lead|run owner|support owner|betriebsverantwortlicher|betriebsverantwortliche|betrieb"),
    _c("feedback_owner", "Feedback owner", "person", "feedback contact|feedbackverantwortlicher"),
    _c("reviewer", "Reviewer", "person", "reviewed by|pruefer|prufer"),
    _c("problem", "Problem", "text", "why|problem statement|business problem|pain point|reason|challenge|business case|rationale|problemstellung|warum|ausgangslage|need"),
    _c("hypothesis", "Hypothesis", "text", "expected benefit|expected benefits|expected value|benefit|benefits|objective|goal|goals|hypothese|nutzen|erwarteter nutzen|ziel|ziele"),
    _c("ready_when", "Ready when", "text", "success criteria|success criterion|acceptance criteria|definition of done|exit criteria|erfolgskriterien|abnahmekriterien"),
    _c("stop_when", "Stop when", "text", "stop criteria|kill criteria|abort criteria|abbruchkriterien|stop criterion"),
    _c("planned_outlet", "Planned outlet", "text", "outlet|planned use|target process|zielprozess"),
    _c("audience", "Audience", "choice", "target audience|internal or customer|internal external|internal or external|user group|zielgruppe|intern extern"),
    _c("data_class", "Data class", "choice", "data classification|data sensitivity|classification|confidentiality|datenklasse|datenklassifizierung|vertraulichkeit|schutzklasse"),
    _c("third_party", "Third party", "yesno", "third party vendor|uses third party|vendor solution|external vendor|drittanbieter|extern bezogen|third party yes no"),
    _c("influences_decisions", "Influences decisions", "yesno", "decision making|automated decisions|influences decisions about people|beeinflusst entscheidungen"),
    _c("uses_llm", "Uses an LLM", "yesno", "llm|uses llm|large language model|generative ai|genai"),
    _c("restricted", "Restricted", "yesno", "restricted access|eingeschrankt|eingeschraenkt"),
    _c("task_type", "Task type", "line", "task|ai task|ai type|type of ai|ai technique|technique|model type|ai capability|ki art|art der ki|aufgabentyp"),
    _c("form", "Form", "choice", "embedded or separate|embedded separate"),
    _c("hosting", "Where it runs", "choice", "hosting|environment|runs on|hosted on|deployment environment|infrastructure|umgebung|betriebsumgebung|lauft auf"),
    _c("build_basis", "Build basis", "choice", "build"),
    _c("deploy", "Deployment", "choice", "deploy|deployment method"),
    _c("integration", "Integration", "choice", "integration type|integration level"),
    _c("mode", "Works", "choice", "interactive or background"),
    _c("artefact", "Artefact", "choice", "artifact"),
    _c("dataset", "Data set", "choice"),
    _c("support_hours", "Support hours", "line", "servicezeiten|service hours"),
    _c("on_call", "On call", "line", "bereitschaft"),
    _c("sla_quality", "Promised quality", "line", "quality target"),
    _c("budget", "Budget", "amount", "total budget|approved budget|project budget|budget total|cost estimate|estimated cost|kosten|gesamtbudget|investment|cost"),
    _c("data_work_budget", "Data-work budget", "amount", "data budget|datenbudget"),
    _c("spend_to_date", "Spend to date", "amount", "spend|spent|actual cost|actuals|cost to date|spent to date|ist kosten|ausgaben|bisherige kosten|actual spend"),
    _c("monthly_burn", "Monthly burn", "amount", "burn|monthly cost|burn rate|cost per month|monthly spend|monatliche kosten|kosten pro monat"),
    _c("run_cost_forecast", "Run-cost forecast", "amount", "run cost|annual run cost|operating cost|running cost|betriebskosten|laufende kosten|run cost per year"),
    _c("health", "Health", "out"),
    _c("last_update", "Last update", "out"),
    _c("readiness", "Readiness", "out"),
    _c("open_flags", "Open flags", "out"),
)
# fmt: on

BY_CODE = {column.code: column for column in COLUMNS}
ROLES = tuple(c.code for c in COLUMNS if c.kind == "person")
STAGE_DATES = tuple(c.code for c in COLUMNS if c.kind == "stage_date")
# Where a column goes that is none of the above.
FACT = "fact"
IGNORE = "ignore"
TARGETS = (*(c.code for c in COLUMNS if c.kind != "out"), FACT, IGNORE)
# What exports write, in this order; columns other apps register stand before the flags.
EXPORTED = (
    "ref", "name", "unit_path", "stage", "stage_since", "owner", "health", "last_update",
    "open_flags",
)  # fmt: skip

EXACT: dict[str, str] = {}
for _column in COLUMNS:
    if _column.kind != "out":
        for _name in _column.names:
            EXACT.setdefault(_name, _column.code)
# Headers of exports that no import takes back: they are computed here.
COMPUTED = frozenset(name for c in COLUMNS if c.kind == "out" for name in c.names)
_PHRASES = [(phrase, c.code) for c in COLUMNS for phrase in c.phrases]


def recognise(header: str) -> tuple[str, float] | None:
    """The target a header names and how sure that is (0..1); None when it names none."""
    key = header_key(header)
    if not key:
        return None
    if key in EXACT:
        return EXACT[key], 1.0
    bare = header_key(header.split("(")[0])
    if bare in EXACT:
        return EXACT[bare], 0.9
    for phrase, code in _PHRASES:
        if phrase in key:
            return code, 0.8
    return None
