import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.booklet import library
from livret.care.support.tests import factories as support
from livret.cli.fec import fec
from livret.clients.tests import factories
from livret.config.paces import PACES
from livret.formats.fec.tests import samples

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CARE = "/api/booklets/care/2023-09-18/opening"
SPRINT = "/api/booklets/sprint/2019/opening"
VALID = samples.encoded()
BROKEN = samples.encoded(samples.TEXT.replace("|2024", "|20x4", 1))
OPEN = "2026-11-23T10:00:00+01:00"
FUZZ = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class TestBooklets:
    def test_they_are_listed_with_the_page_that_people_read(self, control, client):
        heads = client.get("/api/booklets/").json()

        assert {(head["id"], head["version"]) for head in heads} == set(library())
        assert {client.get(head["page"]).status_code for head in heads} == {200}

    @pytest.mark.parametrize(("booklet_id", "version"), sorted(library()))
    def test_every_value_has_its_key_and_its_clause(self, control, client, booklet_id, version):
        body = client.get(f"/api/booklets/{booklet_id}/{version}").json()

        assert len({value["key"] for value in body["values"]}) == len(body["values"]) > 20
        assert {value["clause"] for value in body["values"]} - {None} <= set(library()[booklet_id, version].clauses)

    @pytest.mark.parametrize("path", ["care/1999", "x/y", "care/1999/opening?at=2026-01-01T00:00:00Z"])
    def test_one_that_does_not_exist_is_not_found(self, control, client, path):
        answer = client.get(f"/api/booklets/{path}")

        assert answer.status_code == 404
        assert answer.json()["detail"].startswith("no booklet")


class TestOpening:
    def asked(self, client, at, path=CARE):
        return client.get(path, {"at": at})

    def test_support_is_open_on_a_working_morning(self, control, client):
        answer = self.asked(client, OPEN).json()

        assert (answer["open"], answer["clause"]) == (True, library()["care", "2023-09-18"].support.hours.clause)

    def test_it_is_closed_on_a_sunday_and_opens_on_the_monday(self, control, client):
        answer = self.asked(client, "2026-11-22T10:00:00+01:00").json()

        opens = datetime.fromisoformat(answer["next_open_at"])
        assert (answer["open"], opens.weekday()) == (False, 0)

    def test_an_instant_without_offset_is_one_of_paris(self, control, client):
        naive, aware = (self.asked(client, at).json() for at in ("2026-07-14T10:00:00", "2026-07-14T10:00:00+02:00"))

        assert datetime.fromisoformat(naive["at"]) == datetime.fromisoformat(aware["at"])

    def test_the_same_instant_written_in_two_ways_has_one_answer(self, control, client):
        paris, utc = (self.asked(client, at).json() for at in (OPEN, "2026-11-23T09:00:00Z"))

        assert (paris["open"], paris["next_open_at"]) == (utc["open"], utc["next_open_at"])

    def test_a_booklet_that_leaves_the_hours_to_the_publisher_says_so(self, control, client):
        answer = self.asked(client, OPEN, SPRINT)

        assert answer.status_code == 422
        assert "does not say" in answer.json()["detail"]

    def test_the_hours_that_the_publisher_announces_are_told_as_such(self, control, client):
        support.publish_hours()

        answer = self.asked(client, OPEN, SPRINT).json()

        assert (answer["open"], answer["set_by_publisher"]) == (True, True)

    @pytest.mark.parametrize("at", ["", "hier", "2026-02-30T10:00:00Z", "1e400", "NaN"])
    def test_a_bad_instant_is_refused_with_its_place(self, control, client, at):
        answer = self.asked(client, at)

        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"] == ["query", "at"]

    @pytest.mark.parametrize(
        "at", ["0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00",
        "1981-12-31T00:00:00", "2200-01-02T00:00:00"]
    )  # fmt: skip
    def test_an_instant_outside_the_years_of_the_calendar_is_refused(self, control, client, at):
        answer = self.asked(client, at)

        assert answer.status_code == 422
        assert "1982" in answer.json()["detail"]

    @pytest.mark.parametrize("at", ["1982-01-01T00:00:00", "2199-12-31T23:59:59"])
    def test_an_instant_at_the_edge_of_the_calendar_is_answered_or_refused(self, control, client, at):
        assert self.asked(client, at).status_code in {200, 422}

    @FUZZ
    @given(at=st.datetimes(timezones=st.sampled_from([UTC])))
    def test_any_instant_is_answered_or_refused(self, control, client, at):
        answer = self.asked(client, at.isoformat())

        assert answer.status_code in {200, 422}


class TestFecCheck:
    def sent(self, client, content, name="732829320FEC20241231.txt", query=""):
        return client.post(f"/api/fec/check{query}", {"file": SimpleUploadedFile(name, content)})

    @pytest.mark.parametrize("strict", [False, True])
    @pytest.mark.parametrize("content", [VALID, BROKEN, b"", b"\xff\xfe\x00", b"not a FEC"])
    def test_the_answer_is_that_of_the_command(self, control, client, tmp_path, content, strict):
        name = "732829320FEC20241231.txt"
        (tmp_path / name).write_bytes(content)
        options = ["--json", "--strict"] if strict else ["--json"]

        command = json.loads(CliRunner().invoke(fec, ["check", *options, str(tmp_path / name)]).stdout)
        answer = self.sent(client, content, name, "?strict=true" if strict else "")

        assert (answer.status_code, answer.json()) == (200, command)

    def test_without_a_file_the_request_is_refused(self, control, client):
        answer = client.post("/api/fec/check", {})

        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"][-1] == "file"

    @pytest.fixture
    def unpaced(self, monkeypatch):
        monkeypatch.delitem(PACES, "api:check_fec")

    def test_nothing_is_kept(self, control, client, unpaced, django_assert_num_queries):
        with django_assert_num_queries(0):
            self.sent(client, VALID)

    @FUZZ
    @given(content=st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
    def test_any_bytes_have_a_verdict(self, control, client, unpaced, content):
        answer = self.sent(client, content)

        assert (answer.status_code, set(answer.json())) == (200, {"valid", "findings"})


class TestSignedIn:
    def test_a_program_without_session_is_refused(self, control, client):
        assert client.get("/api/me/environments").status_code == 401

    def test_a_person_sees_the_environments_of_their_client_and_no_other(self, environment, other_environment):
        atelier, moulin = factories.make_client("atelier"), factories.make_client("moulin")
        factories.own(atelier, environment)
        factories.own(moulin, other_environment)
        browser = Browser()
        browser.force_login(factories.make_account(atelier, "Alice"), backend=BACKEND)

        answer = browser.get("/api/me/environments")

        assert answer["Cache-Control"] == "no-store, private"
        assert answer.json() == [
            {"slug": "client-a", "kind": "production", "state": "active", "address": "/e/client-a/"}
        ]

    def test_the_publishers_people_own_none(self, environment):
        browser = Browser()
        browser.force_login(factories.make_staff("Denis", "technician"), backend=BACKEND)

        assert browser.get("/api/me/environments").json() == []


def operations():
    """Every operation of the published description: method, path, its parameters."""
    description = Browser().get("/api/openapi.json").json()
    return [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.fixture
def described(control):
    return operations()


def test_the_description_names_every_operation(described):
    assert {(method, path) for method, path, _operation in described} == {
        ("get", "/api/booklets/"),
        ("get", "/api/booklets/{booklet_id}/{version}"),
        ("get", "/api/booklets/{booklet_id}/{version}/opening"),
        ("post", "/api/fec/check"),
        ("get", "/api/me/environments"),
        ("post", "/api/telephonie/appels"),
        ("get", "/api/telephonie/file"),
        ("get", "/api/telephonie/appels/{call_id}"),
        ("post", "/api/telephonie/appels/{call_id}/answered"),
        ("post", "/api/telephonie/appels/{call_id}/transferred"),
        ("post", "/api/telephonie/appels/{call_id}/ended"),
    }


def test_every_operation_says_what_it_is_for(described):
    assert [operation for _method, _path, operation in described if not operation.get("summary")] == []


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["care", "2023-09-18", "../..", "\0", "%00", "'", "-1", "true", "1e999", "2026-01-01T00:00", "é" * 9]
    ),
)


@FUZZ
@given(data=st.data())
def test_no_input_makes_an_operation_fail(control, described, data):
    """A walk over the description: hostile values in the path, the query, the body and the headers."""
    method, path, operation = data.draw(st.sampled_from(described))
    names = {each["name"]: each["in"] for each in operation.get("parameters", [])}
    given_values = {name: data.draw(HOSTILE, label=name) for name in names}
    for name in (name for name, place in names.items() if place == "path"):
        path = path.replace(f"{{{name}}}", quote(given_values[name], safe=""))
    query = {name: value for name, value in given_values.items() if names[name] == "query"}
    kinds = st.sampled_from(["application/json", "multipart/form-data; boundary=x", "text/plain", "", "a;b=\xe9"])

    answer = Browser(raise_request_exception=False).generic(
        method.upper(),
        path,
        data.draw(st.binary(max_size=60)),
        content_type=data.draw(kinds),
        query_params=query,
        headers={"Cookie": data.draw(st.sampled_from(["", "livret_session=x", "livret_language=zz", "a=\\000"]))},
    )

    assert answer.status_code in {200, 400, 401, 404, 405, 422}, answer.content
