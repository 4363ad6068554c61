"""The costly acts are done no faster than their pace, by one who asks and by all together."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.urls import get_resolver

from livret.config.paces import PACES
from livret.core import pace
from livret.formats.fec.tests import samples

CHECK = "/api/fec/check"


@pytest.fixture
def paced(monkeypatch):
    """Set how fast the check of a FEC goes."""

    def set_to(**facts):
        held = pace.Pace(**{"times": 100, "per_s": 3600, "at_once_each": 1, "at_once": 2} | facts)
        monkeypatch.setitem(PACES, "api:check_fec", held)

    return set_to


@pytest.fixture
def elsewhere(control):
    """A session of somebody else on the control database."""
    facts = connection.settings_dict
    with psycopg.connect(
        host=facts["HOST"], port=facts["PORT"], dbname=facts["NAME"], user=facts["USER"], password=facts["PASSWORD"]
    ) as session:
        yield session


def check(client, **facts):
    file = SimpleUploadedFile("732829320FEC20241231.txt", samples.encoded())
    return client.post(CHECK, {"file": file}, **facts)


def hold(session, group, places):
    for number in range(places):
        session.execute("SELECT pg_advisory_lock(hashtext(%s), %s)", [group, number])


def test_one_more_than_the_pace_is_refused_with_when_to_come_back(control, client, paced):
    paced(times=2)

    answers = [check(client) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 3600
    assert "Réessayez dans" in answers[2].json()["detail"]


def test_an_address_that_goes_too_fast_leaves_the_others_alone(control, client, paced):
    paced(times=1)
    check(client, REMOTE_ADDR="192.0.2.1")

    assert check(client, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert check(client, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_the_addresses_of_one_network_of_ipv6_count_as_one(control, client, paced):
    paced(times=1)
    check(client, REMOTE_ADDR="2001:db8::1")

    assert check(client, REMOTE_ADDR="2001:db8::ffff:2").status_code == 429
    assert check(client, REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


@pytest.mark.parametrize(
    ("group", "places"), [("api:check_fec address 127.0.0.1", 1), ("api:check_fec", 2)], ids=["of one", "of all"]
)
def test_no_more_run_together_than_there_are_places(client, paced, elsewhere, group, places):
    paced()
    hold(elsewhere, group, places)

    answer = check(client)

    assert (answer.status_code, answer["Retry-After"]) == (429, "10")


def test_a_place_is_given_back_at_the_end(client, paced, elsewhere):
    paced()
    check(client)

    taken = elsewhere.execute("SELECT pg_try_advisory_lock(hashtext('api:check_fec address 127.0.0.1'), 0)").fetchone()

    assert taken == (True,)


def test_a_place_is_given_back_when_the_act_fails(control, rf, elsewhere):
    def fail(request):
        request.slots = [pace.take_slot("a failure", 1)]
        raise RuntimeError("as a view does")

    with pytest.raises(RuntimeError):
        pace.PaceMiddleware(fail)(rf.post("/"))

    assert elsewhere.execute("SELECT pg_try_advisory_lock(hashtext('a failure'), 0)").fetchone() == (True,)


def test_those_who_count_at_the_same_moment_lose_no_count(committed_control):
    def count(_number):
        try:
            return pace.waits("together", 5, 3600)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(count, range(12)))

    assert found.count(0) == 5


def test_nothing_is_read_of_what_is_refused(control, client, paced, rf):
    paced(times=0)
    request = rf.post(CHECK, {"file": SimpleUploadedFile("x.txt", b"x")})
    request.resolver_match = get_resolver().resolve(CHECK)

    answer = pace.PaceMiddleware(lambda _request: HttpResponse()).process_view(request, None, (), {})

    assert answer.status_code == 429
    assert not hasattr(request, "_files")


def test_a_page_is_read_as_often_as_people_like(control, client, monkeypatch):
    monkeypatch.setitem(PACES, "account_login", pace.Pace(times=0, per_s=60, at_once_each=1, at_once=1))

    assert client.get("/compte/connexion/").status_code == 200
    refused = client.post("/compte/connexion/", {})
    assert (refused.status_code, "Trop de demandes" in refused.content.decode()) == (429, True)


@pytest.mark.parametrize("name", sorted(PACES))
def test_each_pace_is_of_a_view_that_there_is(name):
    assert name in view_names(get_resolver())


def view_names(resolver, above=()):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from view_names(pattern, (*above, pattern.namespace) if pattern.namespace else above)
        else:
            yield ":".join((*above, pattern.name or ""))
