"""The product's pages, T under two names, and two pages that must look bad."""

from django.urls import include, path

from bench import views

urlpatterns = [
    path("bench/t/", views.trivial),
    path("bench/t2/", views.trivial),
    path("bench/slow/", views.slow),
    path("bench/n-plus-one/", views.n_plus_one),
    path("", include("config.urls")),
]
