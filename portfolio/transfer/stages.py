"""The words companies use for the stage of a pilot."""

import re

from portfolio.transfer.text import header_key

ORDER = ("idea", "poc", "pilot", "rollout", "production")
ENDS = ("retired", "stopped")
STAGES = (*ORDER, *ENDS)

_WORDS: dict[str, str] = {
    "idea": "idea|ideas|ideation|initiated|initiation|planned|planning|plan|proposed|proposal|"
    "concept|concept phase|conception|backlog|new|draft|submitted|intake|requested|request|"
    "discovery|exploration|exploring|exploratory|scoping|assessment|under consideration|"
    "considered|under review|feasibility|feasibility study|pre pilot|not started|to do|todo|"
    "pipeline|future|research|idee|ideenphase|konzept|konzeption|konzeptphase|geplant|planung|"
    "in planung|vorgeschlagen|eingereicht|neu|vorstudie|machbarkeit|machbarkeitsstudie|"
    "nicht gestartet|use case definition|ideation phase|pre initiation|early idea|evaluation",
    "poc": "poc|pocs|p o c|proof of concept|proofs of concept|proof of value|pov|prototype|"
    "prototyping|prototyp|prototypenphase|experiment|experimental|experimentation|mvp development|"
    "development|in development|under development|developing|dev|build|building|in build|design|"
    "acquisition and or development|acquisition|acquisition development|research and development|"
    "r d|in progress|wip|work in progress|started|entwicklung|in entwicklung|in arbeit|"
    "in bearbeitung|in umsetzung|machbarkeitsnachweis|poc phase|development and acquisition|"
    "sandbox|demo|spike|model development",
    "pilot": "pilot|pilots|piloting|piloted|in pilot|pilot phase|pilotphase|pilotierung|"
    "pilotbetrieb|pilotprojekt|pilot project|pilotprojekt laufend|pilot stage|pilot program|"
    "trial|trialling|trialing|beta|closed beta|"
    "private beta|mvp|test|testing|in test|testphase|in testing|uat|user acceptance testing|"
    "field test|implementation and assessment|implementation|limited release|validation|"
    "testbetrieb|erprobung|in erprobung|im test|feldtest",
    "rollout": "rollout|roll out|rolling out|in rollout|scaling|scale|scale up|scale out|scaled|"
    "deployment|deploying|being deployed|expansion|expanding|launching|go live|public beta|"
    "general rollout|ausrollung|ausrollen|im rollout|skalierung|einfuhrung|in einfuhrung|"
    "einfuehrung|hochlauf|phased rollout|shadow|shadow running",
    "production": "production|in production|prod|productive|productionized|productionised|"
    "productized|live|in live|operational|operations|in operation|in operations|"
    "operation and maintenance|operations and maintenance|operation maintenance|o m|deployed|"
    "released|launched|in use|in service|in mission|ga|general availability|generally available|"
    "implemented|running|run|steady state|maintenance|bau|business as usual|produktion|"
    "produktiv|in produktion|im einsatz|in betrieb|betrieb|regelbetrieb|live betrieb|livebetrieb|"
    "produktivbetrieb|produktiver einsatz|im produktiven einsatz|umgesetzt|eingefuhrt|"
    "eingefuehrt|active in production|fully deployed|scaled in production|fully operational",
    "retired": "retired|decommissioned|sunset|sunsetted|sunsetting|end of life|eol|phased out|"
    "archived|deprecated|replaced|withdrawn from service|ausser betrieb|außer betrieb|"
    "stillgelegt|abgeschaltet|abgelost|archiviert|inactive|disposed|disposition|retirement",
    "stopped": "stopped|stop|cancelled|canceled|abandoned|terminated|killed|discontinued|"
    "rejected|declined|dropped|aborted|failed|withdrawn|shelved|ended|no go|not pursued|"
    "not approved|will not do|wont do|won t do|abgebrochen|gestoppt|eingestellt|abgelehnt|"
    "verworfen|beendet|storniert|zuruckgezogen|nicht weiterverfolgt|gescheitert|halted",
}  # fmt: skip
_EXACT = {header_key(word): stage for stage, words in _WORDS.items() for word in words.split("|")}
# Words that name a stage wherever they stand in a longer text.
_TELLING = {
    "idea": "idea|ideation|idee|concept|konzept|backlog",
    "poc": "poc|proof of concept|proof of value|prototype|prototyp",
    "pilot": "pilot|piloting|pilotphase|pilotierung|pilotbetrieb|beta|trial",
    "rollout": "rollout|roll out|scaling|skalierung",
    "production": "production|prod|live|operational|produktion|produktiv|regelbetrieb|in use",
    "retired": "retired|decommissioned|sunset|stillgelegt",
    "stopped": "stopped|cancelled|canceled|abandoned|terminated|discontinued|abgebrochen|"
    "eingestellt|gestoppt",
}  # fmt: skip
_TELLING_PATTERNS = {
    stage: re.compile(rf"\b(?:{'|'.join(header_key(w) for w in words.split('|'))})\b")
    for stage, words in _TELLING.items()
}
_UNCERTAIN = re.compile(r"\b(not|no longer|non|pre|post|before|after|until|nicht|vor|nach|kein)\b")
# "In progress" and its like say that somebody works on it, which is at least a PoC.
_ASSUMED = frozenset(
    header_key(w)
    for w in (
        "in progress", "wip", "work in progress", "started", "in arbeit", "in bearbeitung",
        "in umsetzung", "implementation", "test", "testing", "in test", "evaluation",
        "assessment", "research", "inactive", "ended", "beendet", "failed", "replaced", "demo",
        "deployment", "under review", "design", "future",
    )
)  # fmt: skip
_HOLD = re.compile(r"\b(on hold|hold|paused|suspended|pausiert|ruht|zuruckgestellt|postponed)\b")


def read(cell: str) -> tuple[str | None, float]:
    """The stage a text names and how sure that is: 1 by its name, 0.6 by interpretation."""
    if cell.strip().casefold() in STAGES:
        return cell.strip().casefold(), 1.0
    text = _bare(cell)
    for candidate in (text, header_key(cell.split("(")[0]), _bare(cell.split("(")[0])):
        if candidate in _EXACT:
            return _EXACT[candidate], 0.6 if candidate in _ASSUMED else 1.0
    if _UNCERTAIN.search(text) or _HOLD.search(text):
        return None, 0.0
    hits = {stage for stage, pattern in _TELLING_PATTERNS.items() if pattern.search(text)}
    return (hits.pop(), 0.6) if len(hits) == 1 else (None, 0.0)


def problem(cell: str) -> str:
    """Why a text that `read` does not know is no stage; completes "The cell ..."."""
    if _HOLD.search(_bare(cell)):
        return "says the work is on hold, which is not a stage: registered as Idea until mapped"
    return "is not recognised as a stage: registered as Idea until mapped"


def _bare(cell: str) -> str:
    """Without numbering: "3. Pilot", "Stage 3: Pilot", "P2 - PoC"."""
    text = header_key(cell)
    text = re.sub(r"^(?:stage|phase|status|step|stufe|gate|level|p|s|g)?\s*\d+\b\s*", "", text)
    text = re.sub(r"^(?:stage|phase|status)\s+", "", text)
    return re.sub(r"\s+(?:stage|phase)$", "", text)
