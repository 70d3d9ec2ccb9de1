"""What people at Norddal write: notes by health, next steps by stage, reasons."""

NOTES = {
    "on_track": (
        "Two more teams asked to join. Nothing blocks us.",
        "The last sample was right in nine of ten cases; the tenth is known and on the list.",
        "Users stopped keeping their own spreadsheet beside it. That is the best sign so far.",
        "Error rate went down after the new form version was added to the examples.",
        "The monthly cost came out below the estimate for the third time.",
        "Ran a full working day without anybody touching it.",
        "Operations took over the first-line questions.",
    ),
    "at_risk": (
        "Waiting for the data contract; without it we test on last year's export.",
        "Accuracy drops on Mondays, when the weekend backlog comes in at once.",
        "The legal review was moved by three weeks. The rest goes on.",
        "The vendor changed the model under the same name; results moved and we do not know why.",
        "Half of the pilot users have gone back to the old way. We are talking to them.",
        "Only one person can deploy it, and she is away until the end of the month.",
        "Costs per case are twice the estimate because of long attachments.",
    ),
    "off_track": (
        "The interface we need will not come this year. We need another way or an end.",
        "Real documents score 18 points below the sample. Not usable as it is.",
        "No budget after this quarter, and nobody has said that they want to pay.",
        "The team that was to use it was merged with another one; nobody there knows of us.",
    ),
}
# What holds it up, where the note says so; the others leave it open.
BLOCKERS = {
    NOTES["at_risk"][0]: "data",
    NOTES["at_risk"][1]: "evaluation",
    NOTES["at_risk"][2]: "security_late",
    NOTES["at_risk"][4]: "change",
    NOTES["at_risk"][5]: "operations",
    NOTES["at_risk"][6]: "scale",
    NOTES["off_track"][0]: "integration",
    NOTES["off_track"][1]: "data",
    NOTES["off_track"][3]: "ownership",
}
NEXT_STEPS = {
    "idea": ("Find ten real cases", "Ask the team what it costs them today", "Write the charter"),
    "poc": (
        "Test on 200 raw records", "Show it to the claims desk", "Agree on what good enough is",
        "Ask security for the review", "Measure the baseline",
    ),
    "pilot": (
        "Add the second team", "Write the fallback down and try it", "Train the evening shift",
        "Have finance confirm the cost at full volume", "Fire every alert once",
    ),
    "rollout": ("Start wave two", "Hand over to operations", "Close the remaining questions"),
    "production": ("Quarterly quality check", "Try the next model version", "Review the alerts"),
}  # fmt: skip
HOLDS = (
    "The claims system is frozen until the migration is done.",
    "Waiting for the works council's answer.",
    "The only data engineer is on parental leave.",
)
SNOOZES = (
    "Decision is on the agenda of the steering committee.",
    "Owner is being hired and starts next month.",
    "Extension agreed: the vendor's contract ends in spring.",
    "Evidence is being collected by the security team.",
)
STOPS = (
    "Works, but saves less than it costs.",
    "Nobody wanted to own it.",
    "Real data is too poor, and cleaning it would cost more than the process.",
    "The vendor retired the model; the rebuild was not worth it.",
    "A standard function of the new core system does the same.",
    "Data protection said no, with good reasons.",
)
MOVES = {
    "poc": "Charter agreed.",
    "pilot": "The proof of concept met its bar.",
    "rollout": "The pilot team would not give it back.",
    "production": "All waves done, operations took over.",
    "retired": "Replaced by the core system's own function.",
}
PROBLEMS = (
    "People spend the first hour of every day on this, and nobody was hired for it.",
    "Customers wait eleven days for something that takes six minutes.",
    "We find mistakes only when a customer complains.",
    "Two sites do the same work differently and get different results.",
    "The knowledge sits in three heads, and one of them retires next year.",
)
OUTLETS = (
    "The claims system's inbox, paid from the claims budget.",
    "The agents' desktop, run by IT / Platform.",
    "A weekly list to the regional leads.",
    "The customer app, by way of its own release train.",
)
ANSWERS = {
    "raw_data": "240 records of last month, drawn at random: 88 % there, 91 % on our sample.",
    "evaluation": "312 labelled cases, scored in the pipeline before each release.",
    "latency": "Budget 2,000 ms, 95th percentile 1,340 ms on the target system.",
    "cost": "0.07 per case, 4,100 a month at full volume. Confirmed by finance.",
    "rate_limits": "Limit 600 a minute, peak 140; beyond it requests queue.",
    "security": "Review closed with two conditions, both done.",
    "fallback": "Switched off for an hour on a Tuesday: cases went to the desk by hand.",
    "version_pin": "Pinned in configuration; the vendor retires it next autumn.",
    "training": "41 of 46 people took the course; the card on what to do is in the team room.",
    "alerting": "Four rules, each fired once, to the duty phone.",
}
# The numbers behind some of them, as the forms of their items ask for them.
FIGURES: dict[str, dict[str, object]] = {
    "raw_data": {
        "records": 240, "random": True, "untouched": True, "curated": "91", "raw": "88",
        "on": "2026-02-16",
    },
    "latency": {"budget": "2000", "p95": "1340"},
    "fallback": {"on": "2026-03-03", "minutes": "60"},
    "rate_limits": {"value": "77"},
    "training": {"value": "89"},
}  # fmt: skip
WAIVERS = (
    "Runs in one office with twelve people; manual control is enough until the next wave.",
    "The review is booked; until then only public data is used.",
)
NOT_APPLICABLE = "Runs on our own servers without any outside service."
