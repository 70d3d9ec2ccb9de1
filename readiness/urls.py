from django.urls import path

from readiness.views import (
    aftercare,
    answers,
    conditions,
    decisions,
    files,
    overview,
    pilot,
    scorecard,
)

LIST = "pilots/<str:ref>/readiness/<slug:checklist>/"
CONDITION = "pilots/<str:ref>/conditions/<int:condition>/"

urlpatterns = [
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
