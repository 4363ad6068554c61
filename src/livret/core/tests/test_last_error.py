"""The last error that a page showed travels with the session that saw it, and with no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from livret.core import clock, last_error
from livret.core.last_error import COOKIE, LastErrorMiddleware

SESSION = "livret_session"


def asked(path="/e/atelier/comptabilite/", *, session="s1", accept="text/html", **cookies):
    request = RequestFactory().get(path, headers={"accept": accept})
    request.COOKIES = {SESSION: session, **cookies} if session else cookies
    request.request_id = "0123456789ab"
    return request


def answered(request, status=500):
    return LastErrorMiddleware(lambda _request: HttpResponse("x", status=status))(request).cookies


def kept(**options):
    return answered(asked(**options))[COOKIE].value


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 2, 11, tzinfo=UTC))


@pytest.mark.parametrize("status", [403, 404, 409, 429, 500, 503])
def test_an_error_page_is_kept_with_its_reference(status):
    cookie = answered(asked(), status)[COOKIE]
    found = last_error.last_error(asked(**{COOKIE: cookie.value}))

    assert (found.status, found.reference, found.path) == (status, "0123456789ab", "/e/atelier/comptabilite/")
    assert found.at == datetime(2026, 11, 2, 11, tzinfo=UTC)
    assert cookie["httponly"]


@pytest.mark.parametrize("status", [200, 302, 401, 422])
def test_a_page_that_is_no_error_keeps_nothing(status):
    assert COOKIE not in answered(asked(), status)


@pytest.mark.parametrize(
    "request_of",
    [{"session": ""}, {"accept": "image/avif"}, {"path": "/static/ui/x.css"}, {"path": "/console/"}],
    ids=str,
)
def test_what_no_person_of_a_client_saw_as_a_page_keeps_nothing(request_of):
    assert COOKIE not in answered(asked(**request_of))


def test_another_session_does_not_read_it():
    assert last_error.last_error(asked(session="s2", **{COOKIE: kept()})) is None


@pytest.mark.parametrize("value", ["", "x", "WzUwMF0:1:forged"])
def test_a_cookie_that_was_changed_tells_nothing(value):
    assert last_error.last_error(asked(**{COOKIE: value})) is None


def test_half_an_hour_later_it_is_forgotten(monkeypatch):
    value = kept()
    late = signing.time.time() + timedelta(minutes=31).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: late)

    assert last_error.last_error(asked(**{COOKIE: value})) is None
