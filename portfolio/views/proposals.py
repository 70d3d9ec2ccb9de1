"""Somebody is asked to own a pilot, accepts, declines, or is not asked any more."""

from uuid import uuid4

from django import forms
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.htmx import toast
from common.text import whole
from portfolio.access import check_asked, get_pilot
from portfolio.actions import proposals
from portfolio.forms.people import AcceptForm, DeclineForm, ProposeForm
from portfolio.models import Channel, Pilot
from portfolio.queries.asked_of_me import asked_of_me
from portfolio.queries.people import candidates
from portfolio.queries.people_section import asked_of, owner_of
from portfolio.views import Request, answers

WEB = Channel.WEB


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: Request, ref: str) -> HttpResponseBase:
    """Ask somebody to own it; who owns it now stays accountable until they accept."""
    pilot = get_pilot(request.user, ref, need="edit")
    form = ProposeForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        answered = offer(request, pilot, form)
        if answered:
            return answered
    owner = owner_of(pilot)
    title = f"Hand {pilot.ref} over" if owner else f"Ask somebody to own {pilot.ref}"
    known = candidates("", by=request.user, unit_id=pilot.unit_id)
    return answers.ask(request, pilot, form, title=title, button="Ask them", people=known,
                       template="portfolio/owner_ask.html", owner=owner)  # fmt: skip


def offer(request: Request, pilot: Pilot, form: forms.Form) -> HttpResponseBase | None:
    """Ask the person of a valid form; who names themselves answers at once. None: refused."""
    person, batch = form.cleaned_data["person"], str(uuid4())
    if person == request.user:
        check_asked(request.user, pilot)
        return _accept(request, pilot, AcceptForm())
    asked = answers.tried(
        form,
        lambda: proposals.propose(
            pilot=pilot, person=person, by=request.user, channel=WEB, batch=batch,
            note=form.cleaned_data.get("note", ""),
        ),
    )  # fmt: skip
    if asked is None:
        return None
    said = f"{asked.person} is asked to own {pilot.ref}."
    return answers.done(request, pilot, said, undo=reverse("assignment-undo", args=[batch]))


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: Request, ref: str) -> HttpResponseBase:
    """Accept, by saying yes to what makes an owner."""
    pilot = get_pilot(request.user, ref)
    check_asked(request.user, pilot)
    form = AcceptForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        held = answers.tried(
            form,
            lambda: proposals.accept(
                pilot=pilot, by=request.user, channel=WEB, **form.cleaned_data
            ),
        )
        if held:
            return answers.done(request, pilot, f"You own {pilot.ref} from today.")
    return _accept(request, pilot, form)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: Request, ref: str) -> HttpResponseBase:
    """Say no, and why."""
    pilot = get_pilot(request.user, ref)
    check_asked(request.user, pilot)
    form = DeclineForm(answers.sent(request))
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = answers.tried(
            form,
            lambda: proposals.decline(pilot=pilot, by=request.user, channel=WEB, reason=reason),
        )
        if done:
            return answers.done(request, pilot, f"You do not own {pilot.ref}. Your reason is kept.")
    title = f"Decline {pilot.ref}"
    return answers.ask(request, pilot, form, title=title, button="Decline")


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: Request) -> HttpResponseBase:
    """Everything I am asked to own, or named for, answered together."""
    form = AcceptForm(answers.sent(request))
    sent = request.POST.getlist("chosen")
    chosen = [one for text in sent if (one := whole(text)) is not None]
    if form.is_bound and not chosen:
        form.add_error(None, "Choose at least one pilot.")
    if form.is_bound and form.is_valid():
        told = answers.tried(
            form,
            lambda: proposals.accept_many(
                pilots=chosen, by=request.user, channel=WEB, **form.cleaned_data
            ),
        )
        if told:
            owned, left = told
            said = f"You own {owned} pilot{'' if owned == 1 else 's'} from today."
            toast(request, f"{said} {left} no longer ask you." if left else said)
            return redirect("my-pilots")
    mine = asked_of_me(request.user, clock.today())
    context = {"form": form, "mine": mine, "chosen": chosen or [one.id for one in mine.all]}
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "portfolio/owner_questions.html", context, status=status)


@require_POST
def withdraw(request: Request, ref: str, proposal: int) -> HttpResponseBase:
    """Take the question back."""
    pilot = get_pilot(request.user, ref)
    asked = pilot.owner_proposals.select_related("person", "pilot").filter(pk=proposal).first()
    if asked is None:
        raise Http404("Nobody was asked that.")
    taken = proposals.withdraw(proposal=asked, by=request.user, channel=WEB)
    said = f"{asked.person} is not asked any more." if taken else "That was answered meanwhile."
    return answers.done(request, pilot, said)


def _accept(request: Request, pilot: Pilot, form: AcceptForm) -> HttpResponseBase:
    asked, owner = asked_of(pilot), owner_of(pilot)
    mine = asked if asked and asked.person_id == request.user.pk else None
    named = owner is not None and owner.person_id == request.user.pk
    return answers.ask(
        request, pilot, form, title=f"Will you own {pilot.ref}?", button="I own it",
        template="portfolio/owner_accept.html", asked=mine, named=named,
        named_since=owner.since if owner else None, owner=None if named else owner,
    )  # fmt: skip
