from django.urls import path

from readiness.views import answers, overview, pilot, scorecard

LIST = "pilots/<str:ref>/readiness/<slug:checklist>/"

urlpatterns = [
    path("readiness/", overview.overview, name="readiness"),
    path("pilots/<str:ref>/readiness/", pilot.index, name="pilot-readiness"),
    path("pilots/<str:ref>/readiness/panel", pilot.panel, name="pilot-readiness-panel"),
    path(LIST, scorecard.page, name="pilot-checklist"),
    path(f"{LIST}<slug:code>", answers.answer, name="pilot-checklist-answer"),
]
