from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portfolio.models import Pilot


class PilotAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "unit", "stage", "stage_since", "health", "decide_by")
    list_select_related = ("unit",)
    list_per_page = 50


site = admin.AdminSite()
site.register(Pilot, PilotAdmin)


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


@login_required
def trivial(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"hello {request.user.pk}")


urlpatterns = [
    path("health/live", hello),
    path("t/", trivial),
    path("admin/", site.urls),
]
