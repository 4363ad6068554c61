"""Addresses for the tests of the face: its own views, and pages that refuse."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from livret.core.ui import views
from livret.core.ui.context import Person, Place, StaffSession, describe
from livret.core.ui.sampler import sampler

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


def once(request):
    return HttpResponse(status=204)


urlpatterns = [
    path("preferences/", include("livret.core.ui.urls")),
    path("console/design/", design),
    path("staffed/", staffed),
    path("greeting/", greeting),
    path("forbidden/", forbidden),
    path("once/", once),
]
handler500 = views.server_error
