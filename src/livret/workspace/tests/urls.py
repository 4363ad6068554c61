"""The site, with a few more pages inside an environment: what a module might do, good and bad."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

from livret.clients.queries import NoContract, NotBegun
from livret.config import urls as site
from livret.core.resident.models import OutboxMessage
from livret.core.tenancy import context
from livret.core.tenancy.models import Environment

handler500 = site.handler500


def where(request):
    """Tell where the view works, for whom, and what was read there."""
    place = context.current_place()
    tasks = list(OutboxMessage.objects.order_by("pk").values_list("task", flat=True))
    return JsonResponse({"environment": str(place.environment_id), "actor": request.actor.name, "tasks": tasks})


def allowed(request):
    """Ask twice what the contract allows."""
    first, second = context.current_entitlements(), context.current_entitlements()
    return JsonResponse({"is_same": first is second})


def long(request):
    """Answer in three chunks, each read from the environment's database when it is its turn."""

    def chunks():
        for number in range(3):
            yield f"{OutboxMessage.objects.count()}-{number};"

    return StreamingHttpResponse(chunks())


def broken_off(request):
    def chunks():
        yield "one;"
        raise ZeroDivisionError

    return StreamingHttpResponse(chunks())


def second(request):
    """Try to enter another client's environment from inside the first."""
    other = Environment.objects.select_related("cell").get(slug="client-b")
    with context.inside(other.place):
        return HttpResponse("entered")


def fails(request, how):
    raise {
        "missing": Http404,
        "forbidden": PermissionDenied,
        "bug": ZeroDivisionError,
        "lost": OperationalError,
        "closed": context.EnvironmentUnavailable("it is being swapped"),
        "strayed": context.WrongEnvironment("the pointer is wrong"),
        "early": NotBegun("it starts on 04/01/2027"),
        "unpaid": NoContract("no contract rules this environment"),
    }[how]


def template(request):
    return TemplateResponse(request, "maintenance.html", {"ends_at": None})


inside = [
    path("where/", where),
    path("allowed/", allowed),
    path("long/", long),
    path("broken-off/", broken_off),
    path("second/", second),
    path("template/", template),
    path("fails/<slug:how>/", fails),
]
urlpatterns = [path("e/<slug:environment>/test/", include(inside)), *site.urlpatterns]
