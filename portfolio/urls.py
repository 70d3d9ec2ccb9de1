"""Addresses of the portfolio. One block per noun; a view stands in views/<noun>.py."""

from django.urls import path

from portfolio.views import charts, overview

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("charts/<slug:code>.json", charts.figure, name="chart-json"),
    path("charts/<slug:code>.csv", charts.table, name="chart-csv"),
]
