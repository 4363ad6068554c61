"""The REST API: booklets and accounting files for any program, and what a signed-in person may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import File, NinjaAPI, Router, Schema
from ninja.files import UploadedFile
from ninja.security import SessionAuth

from livret import __version__
from livret.api import fec_files, promises
from livret.api.telephony import telephony
from livret.clients import queries as clients
from livret.clients.models import AccessAccount
from livret.kernel.errors import Refusal


class Problem(Schema):
    """Why a request was refused."""

    detail: str


class SignedIn(SessionAuth):
    """The session of a person who signed in on the pages."""

    def authenticate(self, request: HttpRequest, key: str | None) -> AccessAccount | None:
        return request.user if isinstance(request.user, AccessAccount) else None


api = NinjaAPI(
    title="Livret",
    version=__version__,
    description="Business software delivered as a service by the book. Figures carry the clause they come from.",
    docs_url="/docs",
    urls_namespace="api",
)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> Any:
    return api.create_response(request, {"detail": str(refusal)}, status=422)


@api.exception_handler(promises.NoSuchBooklet)
def missing(request: HttpRequest, refusal: promises.NoSuchBooklet) -> Any:
    return api.create_response(request, {"detail": str(refusal)}, status=404)


booklets = Router(tags=["booklets"])


@booklets.get("/", response=list[promises.BookletHead], summary="The booklets")
def list_booklets(request: HttpRequest) -> Any:
    return promises.heads()


@booklets.get(
    "/{booklet_id}/{version}",
    response={200: promises.BookletBody, 404: Problem},
    summary="Every value of a booklet, with its clause",
)
def read_booklet(request: HttpRequest, booklet_id: str, version: str) -> Any:
    return promises.body(promises.find(booklet_id, version))


@booklets.get(
    "/{booklet_id}/{version}/opening",
    response={200: promises.Opening, 404: Problem, 422: Problem},
    summary="Is support open at an instant, and when does it open next",
)
def opening(request: HttpRequest, booklet_id: str, version: str, at: datetime) -> Any:
    return promises.opening(promises.find(booklet_id, version), at)


files = Router(tags=["accounting files"])


@files.post("/check", response=fec_files.Verdict, summary="Check a FEC; nothing is kept")
def check_fec(request: HttpRequest, file: File[UploadedFile], strict: bool = False) -> Any:
    return fec_files.verdict(file, strict=strict)


mine = Router(tags=["signed in"], auth=SignedIn())


class EnvironmentOut(Schema):
    """An environment that the signed-in person may enter."""

    slug: str
    kind: str
    state: str
    address: str


@mine.get("/environments", response=list[EnvironmentOut], summary="The environments I may enter")
def my_environments(request: HttpRequest) -> Any:
    account = request.user
    assert isinstance(account, AccessAccount)  # SignedIn lets nobody else in.
    return [
        {
            "slug": one.environment.slug,
            "kind": one.kind,
            "state": one.environment.state,
            "address": f"/e/{one.environment.slug}/",
        }
        for one in clients.environments_of(account)
    ]


api.add_router("/booklets", booklets)
api.add_router("/fec", files)
api.add_router("/me", mine)
api.add_router("/telephonie", telephony)
