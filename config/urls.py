"""Mounts the apps. Each app names its own pages."""

from importlib.util import find_spec

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from common.gallery import gallery
from config import health, status

# The admin site has no door of its own: sign-in, its limits and second factors are allauth's.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("status/", status.status, name="status"),
    path("account/", include("config.account_urls")),
    path("admin/", admin.site.urls),
    *(
        path("", include(f"{app}.urls"))
        for app in ("accounts", "portfolio", "readiness")
        if find_spec(f"{app}.urls")
    ),
    # The components, for those who build pages.
    *([path("gallery/", gallery, name="gallery")] if settings.DEBUG else []),
]
