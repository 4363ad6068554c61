"""The console: the list of articles, each with its versions, writing with a preview, publishing, withdrawing."""

from __future__ import annotations

from uuid import uuid4

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.care.knowledge import access, queries, services, wording
from livret.care.knowledge.forms import ListFilter, NewArticleForm, PlaceForm, PublicationForm, VersionForm
from livret.care.knowledge.models import Article, ArticleVersion
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock
from livret.core.audit import queries as audit

PAGE_SIZE = 50
MOST_ACTS = 20


@require_GET
@staff_required(*access.WRITERS)
def articles(request: AccountRequest) -> HttpResponse:
    """The articles with what readers think of them."""
    filters = ListFilter(request.GET)
    asked = filters.asked()
    page = Paginator(queries.listed(asked), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, wording.STATES[row.state], wording.product_label(row.product)) for row in page]
    facts = {"page": page, "rows": rows, "filters": filters, "is_filtered": asked != queries.ArticleFilter()}
    return render(request, "knowledge/console/articles.html", facts)


@require_http_methods(["GET", "POST"])
@staff_required(*access.WRITERS)
def new_article(request: AccountRequest) -> HttpResponse:
    """The form of a new article."""
    if request.method == "GET":
        first = {"nonce": uuid4(), "after": 0, "software_version": wording.running_version()}
        return _writing(request, NewArticleForm(initial=first))
    form = NewArticleForm(request.POST)
    if not form.is_valid():
        return _writing(request, form, status=422)
    made = services.create_article(
        form.place(), form.draft(), nonce=form.cleaned_data["nonce"], by=request.actor, now=clock.now()
    )
    return redirect(made.get_console_url())


@require_http_methods(["GET", "POST"])
@staff_required(*access.WRITERS)
def new_version(request: AccountRequest, article_slug: str) -> HttpResponse:
    """The form of the next version, starting from the latest."""
    found = access.written_article(article_slug)
    if request.method == "GET":
        return _writing(request, VersionForm(initial=_as_typed(found)), article=found)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _writing(request, form, article=found, status=422)
    nonce, after = form.cleaned_data["nonce"], form.cleaned_data["after"]
    try:
        services.write_version(found, form.draft(), after=after, nonce=nonce, by=request.actor, now=clock.now())
    except services.WrittenMeanwhile as refusal:
        again = VersionForm({**request.POST.dict(), "after": refusal.latest.number})
        return _writing(request, again, article=found, meanwhile=refusal.latest, status=409)
    return redirect(found.get_console_url())


def _as_typed(article: Article) -> dict[str, object]:
    latest = access.version_of(article, article.last_number)
    said = {name: getattr(latest, name) for name in ("title", "summary", "body")}
    return {**said, "nonce": uuid4(), "after": latest.number, "software_version": wording.running_version()}


def _writing(
    request: AccountRequest,
    form: VersionForm,
    *,
    article: Article | None = None,
    meanwhile: ArticleVersion | None = None,
    status: int = 200,
) -> HttpResponse:
    facts = {
        "form": form,
        "article": article,
        "latest_title": access.version_of(article, article.last_number).title if article else "",
        "meanwhile": meanwhile,
        "text": form["body"].value() or "",
    }
    return render(request, "knowledge/console/writing.html", facts, status=status)


@require_POST
@staff_required(*access.WRITERS)
def preview(request: AccountRequest) -> HttpResponse:
    """The text as readers will see it, as a part of the page where it is written; nothing is kept."""
    return render(request, "knowledge/console/_preview.html", {"text": request.POST.get("body", "")})


@require_GET
@staff_required(*access.WRITERS)
def article(request: AccountRequest, article_slug: str) -> HttpResponse:
    """One article: what its latest version says, its versions, who did what."""
    return _page(request, access.written_article(article_slug))


@require_GET
@staff_required(*access.WRITERS)
def version(request: AccountRequest, article_slug: str, number: int) -> HttpResponse:
    """One version, as it was written."""
    found = access.written_article(article_slug)
    return _page(request, found, shown=access.version_of(found, number))


@require_POST
@staff_required(*access.WRITERS)
def publication(request: AccountRequest, article_slug: str) -> HttpResponse:
    """Show a version to readers."""
    found = access.written_article(article_slug)
    form = PublicationForm(request.POST)
    if not form.is_valid():
        return _page(request, found, refusal=_("Choose the version that readers are to see."), status=422)
    number = access.version_of(found, form.cleaned_data["number"]).number
    try:
        services.publish(found, number=number, by=request.actor, now=clock.now())
    except services.AlreadyPublished:
        words = _("Readers see version %(number)s already.") % {"number": number}
        return _page(request, found, refusal=words, status=409)
    return redirect(found.get_console_url())


@require_POST
@staff_required(*access.WRITERS)
def withdrawal(request: AccountRequest, article_slug: str) -> HttpResponse:
    """Take an article away from readers."""
    found = access.written_article(article_slug)
    try:
        services.withdraw(found, by=request.actor, now=clock.now())
    except services.NotPublished:
        return _page(request, found, refusal=_("Readers do not see this article: nothing to withdraw."), status=409)
    return redirect(found.get_console_url())


@require_POST
@staff_required(*access.WRITERS)
def place(request: AccountRequest, article_slug: str) -> HttpResponse:
    """Where an article stands."""
    found = access.written_article(article_slug)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    services.place_article(found, form.place(), by=request.actor, now=clock.now())
    return redirect(found.get_console_url())


def _page(
    request: AccountRequest,
    found: Article,
    *,
    shown: ArticleVersion | None = None,
    form: PlaceForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    placed = {"product": found.product, "area": found.area, "language": found.language}
    acts = audit.search(client_plane=False).filter(object_type="knowledge.article", object_id=str(found.pk))
    facts = {
        "article": found,
        "shown": shown or access.version_of(found, found.last_number),
        "versions": queries.versions(found),
        "state": wording.STATES[found.state],
        "product": wording.product_label(found.product),
        "opinions": queries.opinions(found),
        "acts": [(act, wording.act_label(act.action, act.detail)) for act in acts[:MOST_ACTS]],
        "form": form or PlaceForm(initial=placed),
        "refusal": refusal,
    }
    return render(request, "knowledge/console/article.html", facts, status=status)
