"""Addresses of the portfolio. One block per noun; a view stands in views/<noun>.py."""

from django.urls import path

from portfolio.views import charts, digests, flags, imports, mails, overview

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("charts/<slug:code>.json", charts.figure, name="chart-json"),
    path("charts/<slug:code>.csv", charts.table, name="chart-csv"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.run, name="import"),
    path("imports/<int:pk>/read/", imports.read, name="import-read"),
    path("imports/<int:pk>/columns/", imports.columns, name="import-columns"),
    path("imports/<int:pk>/back/", imports.back, name="import-back"),
    path("imports/<int:pk>/apply/", imports.apply, name="import-apply"),
    path("imports/<int:pk>/discard/", imports.discard, name="import-discard"),
    path("imports/<int:pk>/issues.csv", imports.issues, name="import-issues"),
    path("imports/<int:pk>/mapping.json", imports.mapping, name="import-mapping"),
    path("flags/", flags.flags, name="flags"),
    path("flags/limits/", flags.flag_limits, name="flag-limits"),
    path("digests/", digests.digests, name="digests"),
    path("digests/switch/", digests.switch, name="digest-switch"),
    path("digests/stop/<str:token>/", digests.unsubscribe, name="digest-unsubscribe"),
    path("digests/<str:period>/", digests.digest, name="digest"),
    path("digests/<str:period>/mail/", digests.digest_html, name="digest-html"),
    path("mails/", mails.mails, name="mails"),
    path("mails/kept/<str:name>/", mails.kept, name="mail"),
    path("mails/kept/<str:name>/mail/", mails.kept_html, name="mail-html"),
    path("mails/digests/<int:number>/retry/", mails.retry, name="digest-retry"),
]
