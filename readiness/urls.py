from django.urls import path

from readiness.views import (
    aftercare,
    answers,
    board_items,
    conditions,
    decisions,
    files,
    meetings,
    minutes,
    overview,
    pilot,
    scorecard,
)

LIST = "pilots/<str:ref>/readiness/<slug:checklist>/"
CONDITION = "pilots/<str:ref>/conditions/<int:condition>/"

urlpatterns = [
    path("boards/", meetings.boards, name="boards"),
    path("boards/new", meetings.new, name="board-new"),
    path("boards/<int:number>/", meetings.board, name="board"),
    path("boards/<int:number>/change", meetings.change, name="board-change"),
    path("boards/<int:number>/call-off", meetings.call_off, name="board-call-off"),
    path("boards/<int:number>/pick", meetings.pick, name="board-pick"),
    path("boards/<int:number>/add", meetings.add, name="board-add"),
    path("boards/<int:number>/minutes", meetings.set_minutes, name="board-minutes"),
    path("boards/<int:number>/start", board_items.start, name="board-start"),
    path("boards/<int:number>/close", minutes.close, name="board-close"),
    path("boards/<int:number>/mail", minutes.mail, name="board-mail"),
    path("boards/<int:number>/<str:ref>/", board_items.item, name="board-item"),
    path("boards/<int:number>/<str:ref>/off", meetings.off, name="board-off"),
    path("boards/<int:number>/<str:ref>/move", meetings.move, name="board-move"),
    path("pilots/<str:ref>/in-use/", aftercare.page, name="pilot-in-use"),
    path("pilots/<str:ref>/in-use/panel", aftercare.panel, name="pilot-in-use-panel"),
    path("pilots/<str:ref>/in-use/month", aftercare.attest, name="pilot-attest"),
    path("pilots/<str:ref>/in-use/90", aftercare.check, {"days": 90}, name="pilot-check-90"),
    path("pilots/<str:ref>/in-use/180", aftercare.check, {"days": 180}, name="pilot-check-180"),
    path("readiness/", overview.overview, name="readiness"),
    path("pilots/<str:ref>/readiness/", pilot.index, name="pilot-readiness"),
    path("pilots/<str:ref>/readiness/panel", pilot.panel, name="pilot-readiness-panel"),
    path("pilots/<str:ref>/evidence/<int:file>", files.download, name="pilot-evidence-file"),
    path(LIST, scorecard.page, name="pilot-checklist"),
    path(f"{LIST}<slug:code>", answers.answer, name="pilot-checklist-answer"),
    path("decisions/<int:number>/", decisions.decision, name="decision"),
    path(f"{CONDITION}meet", conditions.meet, name="condition-meet"),
    path(f"{CONDITION}drop", conditions.drop, name="condition-drop"),
    path(f"{CONDITION}change", conditions.change, name="condition-change"),
    path(f"{CONDITION}reopen", conditions.reopen, name="condition-reopen"),
]
