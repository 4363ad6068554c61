"""The acts of the desk: each is a small form with its own address, inside the page of the request or alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from livret.care.support import access, forms_desk, services
from livret.care.support.forms_desk import ActForm
from livret.care.support.models import Request
from livret.care.support.refusing import field_of, refusal_words
from livret.care.support.rules import events as rules
from livret.care.support.views.answers import add_files_refusal, site_of
from livret.care.support.views.console.desk import READERS, desk_url, newer_words
from livret.care.support.wording import Words
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock
from livret.kernel.errors import Refusal

Run = Callable[[AccountRequest, Request, Any], object]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its form, its words, and the service that it calls."""

    form: type[ActForm]
    title: Words
    submit: Words
    run: Run
    kind: str = "main"
    has_files: bool = False


def _told(asked: AccountRequest) -> dict[str, Any]:
    """Return who acts, when, and where the links of the mails lead."""
    return {"by": asked.actor, "now": clock.now(), "site": site_of(asked)}


def _assign(asked: AccountRequest, found: Request, form: forms_desk.AssignmentForm) -> object:
    to, team, reason = form.technician(), form.chosen_team(), form.cleaned_data["reason"]
    return services.assign(found, to=to, team=team, reason=reason, by=asked.actor, now=clock.now())


def _change_criticality(asked: AccountRequest, found: Request, form: ActForm) -> object:
    typed = form.cleaned_data
    return services.change_criticality(found, typed["to"], reason=typed["reason"], **_told(asked))


def _qualify(asked: AccountRequest, found: Request, form: forms_desk.QualificationForm) -> object:
    typed, told = form.cleaned_data, _told(asked)
    text, outcome = typed["text"], typed["outcome"]
    if form.level is not None:
        is_reproduced = typed["reproduced"] == "yes"
        return services.qualify_anomaly(found, form.level, reproduction=text, is_reproduced=is_reproduced, **told)
    if outcome == rules.OUT_OF_SCOPE:
        return services.qualify_out_of_scope(found, typed["topic"], proposal=text, **told)
    is_reproduced = outcome == rules.NO_ANOMALY
    return services.qualify_as_working(found, explanation=text, is_reproduced=is_reproduced, **told)


def _propose(asked: AccountRequest, found: Request, form: ActForm) -> object:
    typed = form.cleaned_data
    return services.propose(found, typed["step"], text=typed["text"], seen=typed["seen"], **_told(asked))


def _exclude(asked: AccountRequest, found: Request, form: ActForm) -> object:
    typed = form.cleaned_data
    facts = {"reason": typed["reason"], "evidence": typed["evidence"], "files": typed["attachments"]}
    return services.exclude(found, typed["clause"], **facts, **_told(asked))


def _answer_contest(what: str) -> Run:
    def run(asked: AccountRequest, found: Request, form: forms_desk.ContestAnswerForm) -> object:
        words = form.cleaned_data["words"]
        return services.answer_contest(found, what, is_accepted=form.is_accepted, words=words, **_told(asked))

    return run


ACTS: dict[str, Act] = {
    "assignment": Act(forms_desk.AssignmentForm, _("Assign the request"), _("Assign"), _assign),
    "criticality": Act(
        forms_desk.CriticalityForm, _("Change the criticality"), _("Change the criticality"), _change_criticality
    ),
    "qualification": Act(forms_desk.QualificationForm, _("Qualify the request"), _("Qualify"), _qualify),
    "pause": Act(
        forms_desk.PauseForm,
        _("Pause the clock of the anomaly"),
        _("Pause"),
        lambda asked, found, form: services.pause(found, reason=form.cleaned_data["reason"], **_told(asked)),
    ),
    "proposal": Act(
        forms_desk.ProposalForm, _("Give a plan, a workaround or a fix"), _("Send to the client"), _propose
    ),
    "closing": Act(
        forms_desk.ClosingForm,
        _("Close the request"),
        _("Close the request"),
        lambda asked, found, form: services.close(
            found, form.cleaned_data["cause"], text=form.cleaned_data["text"], **_told(asked)
        ),
    ),
    "reopening": Act(
        forms_desk.ReopeningForm,
        _("Reopen the request"),
        _("Reopen the request"),
        lambda asked, found, form: services.reopen(found, reason=form.cleaned_data["reason"], **_told(asked)),
    ),
    "duplicate": Act(
        forms_desk.DuplicateForm,
        _("Link as a duplicate"),
        _("Link"),
        lambda asked, found, form: services.link_duplicate(found, form.other(), by=asked.actor, now=clock.now()),
    ),
    "exclusion": Act(
        forms_desk.ExclusionForm,
        _("Leave out of the share"),
        _("Leave out"),
        _exclude,
        kind="danger",
        has_files=True,
    ),
    **{
        f"contest_{what}": Act(
            forms_desk.ContestAnswerForm, _("Answer what the client contests"), _("Answer"), _answer_contest(what)
        )
        for what in services.CONTESTABLE
    },
}


@require_http_methods(["GET", "POST"])
@staff_required(*READERS)
def act(request: AccountRequest, number: str, key: str) -> HttpResponse:
    """The form of an act, and the act."""
    found, wanted = access.console_request(number), ACTS[key]
    access.require_may_act(request.account, found)
    if request.method == "GET":
        form = wanted.form(found, initial={"seen": found.last_sequence})
        return _form_page(request, found, key, form)
    form = wanted.form(found, request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, found, key, form, status=422)
    try:
        wanted.run(request, found, form)
    except services.Changed:
        return _changed_page(request, found, key, form)
    except services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
    except Refusal as refusal:
        field = field_of(refusal)
        form.add_error(field if field in form.fields else None, refusal_words(refusal))
    else:
        return _back(request, found)
    return _form_page(request, found, key, form, status=422)


def contest_answer(request: AccountRequest, number: str, what: str) -> HttpResponse:
    """The answer to what the client contests: its qualification, its exclusion or its criticality."""
    if what not in services.CONTESTABLE:
        raise Http404
    return act(request, number, f"contest_{what}")


@require_POST
@staff_required(*READERS)
def resumption(request: AccountRequest, number: str) -> HttpResponse:
    """Let the second clock run again."""
    found = access.console_request(number)
    access.require_may_act(request.account, found)
    try:
        services.resume(found, by=request.actor, now=clock.now())
    except Refusal as refusal:
        return _form_page(request, found, "pause", _bare(found), refusal=refusal_words(refusal), status=422)
    return redirect(desk_url(found, request))


def _bare(found: Request) -> ActForm:
    return ACTS["pause"].form(found)


def _back(request: AccountRequest, found: Request) -> HttpResponse:
    """Go back to the request: a form sent from its dialog tells the browser, since its answer would be swapped in."""
    url = desk_url(found, request)
    return HttpResponseClientRedirect(url) if request.headers.get("HX-Request") else redirect(url)


def _changed_page(request: AccountRequest, found: Request, key: str, form: ActForm) -> HttpResponse:
    """Show what was written meanwhile above the words, which can then be sent anyway."""
    newer = newer_words(found, form.cleaned_data["seen"])
    again = ACTS[key].form(
        found, initial={**form.cleaned_data, "seen": access.console_request(found.number).last_sequence}
    )
    # A dialog swaps a 422 in place; a page of its own says the conflict by its status.
    status = 422 if request.headers.get("HX-Request") else 409
    return _form_page(request, found, key, again, newer=newer, status=status)


def _form_page(
    request: AccountRequest, found: Request, key: str, form: ActForm, *, status: int = 200, **facts: Any
) -> HttpResponse:
    shown = {"found": found, "act": ACTS[key], "key": key, "form": form, "back": desk_url(found, request), **facts}
    shown["action"] = request.get_full_path()
    return render(request, "support/console/act.html", shown, status=status)
