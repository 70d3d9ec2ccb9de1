"""Addresses of people and of one's own account."""

from django.urls import path

from accounts.views import account, leavers, people, person, settings

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/sessions/end/", account.sessions_end, name="sessions-end"),
    path("settings/", settings.settings, name="settings"),
    path("people/", people.people, name="people"),
    path("people/new/", people.add, name="person-add"),
    path("people/<int:number>/", person.person, name="person"),
    path("people/<int:number>/edit/", person.edit, name="person-edit"),
    path("people/<int:number>/roles/", person.role_grant, name="role-grant"),
    path("people/<int:number>/roles/<int:role>/end/", person.role_end, name="role-end"),
    path("people/<int:number>/link/", person.link, name="person-link"),
    path("people/<int:number>/factors/", person.forget_factors, name="person-factors"),
    path("people/<int:number>/sessions/", person.sign_out, name="person-sign-out"),
    path("people/<int:number>/leave/", person.leave, name="person-leave"),
    path("people/<int:number>/forget/", leavers.forget, name="person-forget"),
    path("people/<int:number>/return/", person.come_back, name="person-return"),
    path("people/<int:number>/external/", person.external, name="person-external"),
]
