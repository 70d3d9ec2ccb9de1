from django.urls import path

from readiness.views import overview, scorecard

urlpatterns = [
    path("readiness/", overview.overview, name="readiness"),
    path("pilots/<str:ref>/readiness/", scorecard.page, name="pilot-readiness"),
    path("pilots/<str:ref>/readiness/panel", scorecard.panel, name="pilot-readiness-panel"),
    path("pilots/<str:ref>/readiness/<slug:code>", scorecard.answer, name="pilot-readiness-answer"),
]
