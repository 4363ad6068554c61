"""The simulator speaks to a real server, through the API and nothing else."""

import re
import threading
from collections import Counter
from dataclasses import replace
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from click.testing import CliRunner
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from livret.care.phone import services
from livret.care.phone.models import Call, CallEvent
from livret.care.phone.tests import factories
from livret.care.support.tests import factories as support
from livret.cli.phone import NoAnswer, Plan, made_up, phone
from livret.clients.tests import factories as people
from livret.core import clock

NOW = support.paris(2, 10)


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *words):
        """Say nothing: a test is read by its failures."""


class Handler(WSGIHandler):
    def __call__(self, environ, start_response):
        try:
            return super().__call__(environ, start_response)
        finally:
            connections.close_all()


@pytest.fixture
def address(committed_control, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    server = make_server("127.0.0.1", 0, Handler(), server_class=Server, handler_class=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def codes(committed_control, settings, tmp_path):
    """Call codes of a client of the plan Open and of one of the plan Private."""
    settings.STATE_FOLDER = tmp_path
    support.publish_hours()
    plans = {"atelier": "open", "moulin": "private"}
    found = []
    for slug, plan in plans.items():
        account = people.make_account(people.make_client(slug), "Alice")
        support.make_contract(account.client, account, plan)
        found.append(support.file(account, at=support.paris(2, 9), criticality="").call_code)
    return found


def simulated(*options, **more):
    return CliRunner().invoke(phone, ["simulate", *options], catch_exceptions=False, **more)


def test_calls_are_answered_in_the_order_of_the_queue_and_counted(address, codes):
    denis, token = people.make_staff("Denis", "technician"), factories.make_key().token
    given = [option for code in codes for option in ("--code", code)]

    result = simulated("--address", address, "--key", token, *given, "--technician", denis.email, "--calls", "20",
                       "--rate", "60000", "--talk", "0.15", "--seed", "5")  # fmt: skip

    states = Counter(Call.objects.values_list("state", flat=True))
    assert f"{states['ended']} answered, {states['refused']} refused: unknown_code" in result.output
    assert states.keys() == {"ended", "refused"}
    assert passed_over() == []


def passed_over():
    """The calls that were answered while another, which the clause puts ahead, had waited before them."""
    answered = [(event.pk, event.call) for event in CallEvent.objects.filter(kind="answered").select_related("call")]
    arrived = dict(CallEvent.objects.filter(kind="arrived").values_list("call", "pk"))
    return [
        (ahead.external_id, call.external_id)
        for at, call in answered
        for other_at, ahead in answered
        if ahead.is_priority and not call.is_priority and arrived[ahead.pk] < at < other_at
    ]


def test_without_technicians_callers_lose_patience_and_the_key_may_come_from_standard_input(address, codes):
    token = factories.make_key().token

    result = simulated("--address", address, "--key", "-", "--code", codes[0], "--calls", "3", "--rate", "60000",
                       "--patience", "0.2", "--seed", "2", input=token)  # fmt: skip

    assert Call.objects.filter(state="given_up").count() == result.output.count("hung up") > 0


def test_a_key_that_opens_nothing_is_refused_in_words(address):
    with pytest.raises(NoAnswer, match="401"):
        simulated("--address", address, "--key", "x")


def test_the_same_seed_makes_the_same_calls():
    plan = Plan(["11111111"], "", [], 40, 30.0, 20.0, 120.0, seed=7)

    assert list(made_up(plan)) == list(made_up(plan)) != list(made_up(replace(plan, seed=8)))


@pytest.mark.parametrize("nowhere", ["http://127.0.0.1:1", "file:///etc/passwd", "livret"])
def test_an_address_where_nobody_answers_is_told(nowhere):
    with pytest.raises(NoAnswer, match=re.escape(nowhere)):
        simulated("--address", nowhere, "--key", "x")


def test_a_key_is_made_and_printed_once(committed_control):
    made = CliRunner().invoke(phone, ["key", "Standard"], catch_exceptions=False)

    assert services.key_of(made.output.strip()).name == "Standard"
