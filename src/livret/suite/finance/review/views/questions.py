"""Questions: the list, the thread, the form, the panel of an entry's page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import Forbidden, MemberRequest, granters, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.queries import ledgers
from livret.suite.finance.review.forms import FilterForm, QuestionForm, ReplyForm
from livret.suite.finance.review.models import Question
from livret.suite.finance.review.queries import questions as found
from livret.suite.finance.review.services import questions as asking
from livret.suite.finance.review.wording import may_not_close

PER_PAGE = 50


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    form = FilterForm(request.GET, people=found.readers_of(company))
    page = Paginator(found.questions_of(company, **form.chosen()), PER_PAGE).get_page(request.GET.get("page"))
    context = {"company": company, "form": form, "page": page, "rows": found.rows_of(list(page.object_list))}
    return render(request, "review/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def question(request: MemberRequest, siren: str, question: int) -> HttpResponse:
    company = access.company_for(request, siren)
    held = _question(company, question)
    form, refusal = ReplyForm(request.POST or None), ""
    if form.is_valid():
        try:
            asking.reply(held, text=form.cleaned_data["text"], by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "review:question", siren=siren, question=held.pk)
    return _thread(request, company, held, form, refusal)


def _thread(
    request: MemberRequest, company: Company, held: Question, form: ReplyForm, refusal: str = ""
) -> HttpResponse:
    entry = access.entry_for(company, held.entry_id)
    lines = [line for line in ledgers.entry_lines(entry) if held.position in (None, line.position)]
    context = {
        "company": company,
        "question": held,
        "entry": entry,
        "reference": ledgers.entry_reference(entry),
        "lines": lines,
        "messages_said": found.messages_of(held),
        "form": form,
        "refusal": refusal,
        "may_close": held.state != Question.State.CLOSED and _may_close(request, company, held),
    }
    return answer(request, "review/question.html", context)


def _may_close(request: MemberRequest, company: Company, held: Question) -> bool:
    """The asker says when the question is answered; so does whoever validates entries."""
    is_asker = held.asked_by_id == request.actor.id
    return is_asker or request.member.may("finance", "validate", company_id=company.pk)


@require_POST
@member_required(module="finance", right="read")
def question_closing(request: MemberRequest, siren: str, question: int) -> HttpResponse:
    company = access.company_for(request, siren)
    held = _question(company, question)
    if not _may_close(request, company, held):
        raise Forbidden(may_not_close(held), granted_by=granters())
    try:
        asking.close_question(held, by=request.actor, at=clock.now())
    except Refusal as refused:
        return _thread(request, company, held, ReplyForm(), str(refused))
    return redirect_here(request, "review:question", siren=siren, question=held.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def ask(request: MemberRequest, siren: str, entry: int) -> HttpResponse:
    company = access.company_for(request, siren)
    opened = access.entry_for(company, entry)
    lines = ledgers.entry_lines(opened)
    choices = [(line.position, f"{line.position}. {line.account} {line.label}") for line in lines]
    people = found.readers_of(company)
    form = QuestionForm(
        request.POST or None, lines=choices, people=people, initial={"position": request.GET.get("line")}
    )
    refusal = ""
    if form.is_valid():
        try:
            made = _ask(request, opened.pk, company, form)
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "review:question", siren=siren, question=made.pk)
    context = {"company": company, "entry": opened, "reference": ledgers.entry_reference(opened), "lines": lines}
    return answer(request, "review/ask.html", {**context, "form": form, "refusal": refusal})


def _ask(request: MemberRequest, entry: int, company: Company, form: QuestionForm) -> Question:
    typed = form.cleaned_data
    return asking.ask_question(
        access.entry_for(company, entry),
        text=typed["text"],
        position=typed["position"],
        assigned=form.asked_of(),
        by=request.actor,
        at=clock.now(),
    )


@require_safe
@member_required(module="finance", right="read")
def entry_panel(request: MemberRequest, siren: str, entry: int) -> HttpResponse:
    """The questions on an entry, as a part of its page or alone."""
    company = access.company_for(request, siren)
    opened = access.entry_for(company, entry)
    context = {"company": company, "entry": opened, "rows": found.questions_on(opened)}
    context["reference"] = ledgers.entry_reference(opened)
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "review/_entry_panel.html" if is_part else "review/entry_panel.html", context)


def _question(company: Company, pk: int) -> Question:
    held = Question.objects.filter(company=company, pk=pk).first()
    if held is None:
        raise Http404
    return held
