"""The door of an environment: who passes, into which one, and that nothing of it stays behind."""

import threading

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from livret.clients.models import AccessAccount, Contract
from livret.clients.tests import factories
from livret.core.resident.models import OutboxMessage
from livret.core.tenancy.context import has_place, inside
from livret.core.tenancy.models import Environment
from livret.suite.company import services as company

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOT_FOUND, UNDER_MAINTENANCE, NOT_ALLOWED = "Cette page n’existe pas", "Maintenance en cours", "pas le droit"


@pytest.fixture(autouse=True)
def pages(settings):
    settings.ROOT_URLCONF = "livret.workspace.tests.urls"


@pytest.fixture
def atelier(control):
    return factories.make_client("atelier")


@pytest.fixture
def alice(atelier, environment, settings):
    """Alice's browser; her company owns client-a."""
    account = factories.make_account(atelier, "Alice")
    factories.make_contract(atelier, account)
    factories.own(atelier, environment)
    return browser_of(account)


@pytest.fixture
def chloe(other_environment):
    """Chloé's browser; her company owns client-b."""
    client = factories.make_client("moulin")
    account = factories.make_account(client, "Chloé")
    factories.make_contract(client, account)
    factories.own(client, other_environment)
    return browser_of(account)


def browser_of(account):
    browser = Browser(raise_request_exception=False)
    browser.force_login(account, backend=BACKEND)
    return browser


def page(browser, path, **options):
    return browser.get(f"/e/client-a/test/{path}", **options)


class TestWhoPasses:
    def test_a_person_of_the_client_works_in_its_environment(self, alice, environment):
        assert page(alice, "where/").json() == {"environment": str(environment.pk), "actor": "Alice", "tasks": []}

    @pytest.mark.parametrize("path", ["/e/client-a/", "/e/client-a/test/where/?page=2", "/e/no-such-one/", "/e/LOUD/"])
    def test_a_visitor_is_sent_to_the_sign_in_page_and_back(self, environment, path):
        answer = Browser().get(path)

        assert answer.status_code == 302
        assert answer["Location"].startswith("/compte/connexion/?next=/e/")

    @pytest.mark.parametrize("slug", ["client-b", "no-such-one", "CLIENT-A", "client_a"])
    def test_any_other_environment_is_not_found_in_so_many_words(self, alice, chloe, slug):
        answer = alice.get(f"/e/{slug}/test/where/")

        assert answer.status_code == 404
        assert NOT_FOUND in answer.content.decode()

    @pytest.mark.parametrize("slug", ["a%00b", "a%20b", "..", "client-a%2f"])
    def test_a_hostile_address_is_not_found(self, alice, slug):
        assert alice.get(f"/e/{slug}/").status_code == 404

    def test_the_publishers_people_do_not_pass(self, environment, settings):
        settings.IS_DEMO = True
        denis = browser_of(factories.make_staff("Denis", "technician", "administrator"))

        assert page(denis, "where/").status_code == 404

    def test_the_publishers_people_are_first_asked_for_their_second_factor(self, environment):
        assert (
            page(browser_of(factories.make_staff("Denis", "technician")), "where/")["Location"] == "/compte/securite/"
        )

    def test_a_person_whose_account_is_closed_does_not_pass(self, alice, atelier):
        AccessAccount.objects.filter(client=atelier).update(is_active=False, closed_at=factories.NOW)

        assert page(alice, "where/").status_code == 302


class TestUnavailable:
    @pytest.mark.parametrize("state", ["creating", "migrating", "swapping", "closed"])
    def test_an_environment_that_is_not_open_says_so_and_when_to_come_back(self, alice, environment, state):
        Environment.objects.update(state=state)

        answer = page(alice, "where/")

        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert UNDER_MAINTENANCE in answer.content.decode()

    def test_one_that_closes_under_a_request_says_the_same(self, alice):
        answer = page(alice, "fails/closed/")

        assert (answer.status_code, answer["Retry-After"]) == (503, "30")

    @pytest.mark.parametrize("how", ["lost", "strayed"])
    @pytest.mark.parametrize("change", [{"generation": 2}, {"state": "swapping"}])
    def test_a_connection_lost_to_a_restore_is_no_failure_of_the_page(
        self, alice, environment, monkeypatch, how, change
    ):
        from livret.workspace import middleware

        def moved(*arguments):
            Environment.objects.update(**change)

        monkeypatch.setattr(middleware.navigation, "describe_workspace", moved)

        assert page(alice, f"fails/{how}/").status_code == 503

    @pytest.mark.parametrize("how", ["lost", "strayed"])
    def test_a_connection_lost_for_another_reason_is_a_failure(self, alice, how):
        assert page(alice, f"fails/{how}/").status_code == 500

    def test_without_a_contract_nothing_is_allowed_and_the_page_says_why(self, alice):
        answer = page(alice, "fails/unpaid/")

        assert answer.status_code == 403
        assert "no contract rules this environment" in answer.content.decode()

    def test_before_the_contract_begins_the_page_says_when_it_does(self, alice):
        answer = page(alice, "fails/early/")

        assert answer.status_code == 403
        assert "Le contrat n’a pas encore débuté" in answer.content.decode()
        assert "it starts on 04/01/2027" in answer.content.decode()

    def test_somebody_without_rights_is_told_that_the_contract_has_not_begun(self, alice, settings):
        settings.ROOT_URLCONF = "livret.config.urls"
        Contract.objects.update(starts_on="2099-03-01")

        home = alice.get("/e/client-a/").content.decode()

        assert "01/03/2099" in home
        assert "aucun droit" not in home


class TestNothingStays:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("where/", 200), ("template/", 200), ("none/", 404), ("second/", 500), ("fails/missing/", 404),
            ("fails/forbidden/", 403), ("fails/bug/", 500), ("fails/closed/", 503), ("fails/unpaid/", 403),
        ],
    )  # fmt: skip
    def test_whatever_the_answer_the_code_is_outside_again(self, alice, other_environment, path, status):
        assert page(alice, path).status_code == status
        assert not has_place()

    def test_a_request_cannot_enter_a_second_environment(self, alice, other_environment):
        assert page(alice, "second/").status_code == 500

    def test_two_people_see_their_own_data_one_after_the_other(self, alice, chloe, environment, other_environment):
        with inside(environment.place):
            OutboxMessage.objects.create(task="of a", payload={})
        with inside(other_environment.place):
            OutboxMessage.objects.create(task="of b", payload={})

        seen = [
            browser.get(f"/e/client-{key}/test/where/").json()["tasks"] for browser, key in [(alice, "a"), (chloe, "b")]
        ]

        assert seen == [["of a"], ["of b"]]

    def test_the_public_pages_are_outside_every_environment(self, alice):
        assert alice.get("/livret/").status_code == 200
        assert not has_place()


class TestLongAnswers:
    def test_each_chunk_is_read_inside_and_nothing_is_left_between_two(self, alice):
        answer = page(alice, "long/")
        left = []

        chunks = [(chunk, left.append(has_place())) for chunk in answer.streaming_content]

        assert [chunk for chunk, _left in chunks] == [b"0-0;", b"0-1;", b"0-2;"]
        assert left == [False, False, False]

    def test_a_second_request_can_be_answered_between_two_chunks(self, alice, chloe, other_environment):
        chunks = iter(page(alice, "long/").streaming_content)
        next(chunks)

        between = chloe.get("/e/client-b/test/where/").json()["environment"]

        assert between == str(other_environment.pk)
        assert list(chunks) == [b"0-1;", b"0-2;"]

    def test_an_answer_that_breaks_off_leaves_nothing(self, alice):
        chunks = iter(page(alice, "broken-off/").streaming_content)
        next(chunks)

        with pytest.raises(ZeroDivisionError):
            next(chunks)

        assert not has_place()

    def test_an_answer_that_nobody_reads_to_its_end_leaves_nothing(self, alice):
        answer = page(alice, "long/")
        next(iter(answer.streaming_content))

        answer.close()

        assert not has_place()


class TestEntitlements:
    def test_they_are_read_once_in_a_request(self, alice):
        with CaptureQueriesContext(connection) as queries:
            assert page(alice, "allowed/").json() == {"is_same": True}

        assert sum("clients_contract" in query["sql"] for query in queries) == 1

    def test_they_are_read_anew_by_the_next_request(self, alice):
        page(alice, "allowed/")
        Contract.objects.update(ends_until=factories.CODES)

        assert page(alice, "allowed/").status_code == 403

    def test_a_page_that_asks_nothing_reads_none(self, alice):
        with CaptureQueriesContext(connection) as queries:
            page(alice, "where/")

        assert sum("clients_contract" in query["sql"] for query in queries) == 0


def test_the_menu_leads_to_the_modules_and_to_the_persons_other_places(alice, environment):
    account = AccessAccount.objects.get(full_name="Alice")
    with inside(environment.place):
        opened = company.open_account(
            person_id=account.pk, name="Alice", email=account.email, by=factories.CLERK, at=factories.NOW
        )
        company.grant(opened, room="company", right="administer", by=factories.CLERK, at=factories.NOW)
        company.grant(opened, room="finance", right="validate", by=factories.CLERK, at=factories.NOW)

    shown = alice.get("/e/client-a/comptabilite/").content.decode()

    places = ("/e/client-a/comptabilite/", "/e/client-a/comptabilite/fec/", "/espace/", "/compte/profil/")
    assert [place for place in places if f'"{place}"' not in shown] == []


@pytest.mark.parametrize(
    ("rights", "opened"),
    [
        ([("finance", "read")], "/e/client-a/comptabilite/"),
        ([("company", "administer")], "/e/client-a/societes/"),
    ],
)
def test_the_door_opens_the_first_module_that_the_person_may_read(alice, environment, rights, opened):
    account = AccessAccount.objects.get(full_name="Alice")
    with inside(environment.place):
        here = company.open_account(
            person_id=account.pk, name="Alice", email=account.email, by=factories.CLERK, at=factories.NOW
        )
        give(here, ("company", "administer"), *rights)

    assert alice.get("/e/client-a/")["Location"] == opened


def give(account, *rights):
    for room, right in rights:
        company.grant(account, room=room, right=right, by=factories.CLERK, at=factories.NOW)


def test_the_door_tells_somebody_without_rights_who_can_grant_some(alice, environment):
    answer = alice.get("/e/client-a/")

    assert answer.status_code == 200
    assert "droit" in answer.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_door_is_only_read(alice, method):
    assert getattr(alice, method)("/e/client-a/").status_code == 405


def test_another_thread_is_outside_while_a_request_is_inside(alice, environment):
    seen = []
    with inside(environment.place):
        thread = threading.Thread(target=lambda: seen.append(has_place()))
        thread.start()
        thread.join()

    assert seen == [False]
