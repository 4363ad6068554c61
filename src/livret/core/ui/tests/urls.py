"""Addresses for the tests of the face: its own views, and pages that refuse."""

from __future__ import annotations

import time

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.template import RequestContext, Template
from django.urls import include, path

from livret.core.ui import views
from livret.core.ui.context import Person, Place, StaffSession, describe
from livret.core.ui.sampler import SampleForm, sampler

PLACES = (Place("Durand & Fils", "/a/", is_current=True), Place("Cidrerie du Bocage", "/b/"))


def design(request):
    describe(request, person=Person("Alice Martin"), organisation="Durand & Fils", organisations=PLACES)
    describe(request, help_url="/help/", account_url="/me/", logout_url="/out/")
    return views.design(request)


def staffed(request):
    now = sampler({})["now"]
    describe(request, staff_session=StaffSession("Durand & Fils", "REQ-118", 58, "/close/"), clock=now)
    return views.design(request)


def greeting(request):
    messages.success(request, "Entry validated.")
    return render(request, "404.html")


def forbidden(request):
    raise PermissionDenied("Only the accountant may close a year.")


ENQUIRY = Template(
    """{% extends "shells/portal.html" %}{% load ui %}
    {% block title %}{% error_prefix form %}Enquiry{% endblock %}
    {% block content %}<div id="enquiry">{% error_summary form %}
    {% form "Send" target="#enquiry" action="/enquiry/" %}{% form_fields form %}{% endform %}</div>{% endblock %}"""
)
RECEIVED = []
LISTING = Template(
    """{% extends "shells/workspace.html" %}{% load ui %}
    {% block title %}Accounts{% endblock %}
    {% block content %}{% filter_bar target="#results" %}<div class="field" data-kind="search">
    <label for="q">Account</label><input type="search" id="q" name="q" value="{{ words }}"></div>{% endfilter_bar %}
    <div id="results"><p data-announce>{{ accounts|length }} accounts</p>{% table "Accounts" %}<tbody>
    {% for account in accounts %}<tr><th scope="row"><a href="/greeting/">{{ account }}</a></th></tr>{% endfor %}
    </tbody>{% endtable %}</div>{% endblock %}"""
)


def enquiry(request):
    """A form that refuses what is not a SIRET, fails on a nine, and counts what it takes."""
    form = SampleForm(request.POST or None)
    if "999" in request.POST.get("siret", ""):
        return HttpResponse(status=500)
    if request.method == "POST":
        time.sleep(0.3)
        RECEIVED.append(request.POST["subject"])
    page = ENQUIRY.render(RequestContext(request, {"form": form}))
    return HttpResponse(page, status=422 if form.is_bound else 200)


def listing(request):
    words = request.GET.get("q", "")
    accounts = [account for account in ("401000", "411000", "512000") if words in account]
    return HttpResponse(LISTING.render(RequestContext(request, {"accounts": accounts, "words": words})))


urlpatterns = [
    path("listing/", listing),
    path("preferences/", include("livret.core.ui.urls")),
    path("console/design/", design),
    path("staffed/", staffed),
    path("greeting/", greeting),
    path("forbidden/", forbidden),
    path("enquiry/", enquiry),
]
handler500 = views.server_error
