import pytest
from django.test import Client as Browser

from livret.clients.models import Contract
from livret.clients.tests import factories
from livret.core import clock
from livret.core.tenancy.models import Environment

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser_of(account):
    browser = Browser()
    browser.force_login(account, backend=BACKEND)
    return browser


@pytest.fixture
def atelier(control):
    return factories.make_client("atelier")


@pytest.fixture
def account(atelier):
    return factories.make_account(atelier, "Alice")


@pytest.fixture
def alice(account):
    return browser_of(account)


@pytest.fixture
def contract(atelier, account):
    return factories.make_contract(atelier, account)


def home(browser):
    return browser.get("/espace/").content.decode()


class TestFront:
    def test_a_visitor_sees_what_this_is_and_where_to_sign_in(self, control, client):
        answer = client.get("/")

        assert answer.status_code == 200
        assert 'href="/compte/connexion/"' in answer.content.decode()

    def test_a_clients_person_goes_to_the_customer_space(self, alice):
        assert alice.get("/")["Location"] == "/espace/"

    def test_a_person_of_the_publisher_goes_to_the_console(self, control):
        assert browser_of(factories.make_staff("Denis", "technician")).get("/")["Location"] == "/console/"


class TestWhoEnters:
    def test_a_visitor_signs_in_first(self, control, client):
        assert client.get("/espace/")["Location"] == "/compte/connexion/?next=/espace/"

    def test_the_publishers_people_are_told_that_this_is_not_theirs(self, control, settings):
        settings.IS_DEMO = True

        answer = browser_of(factories.make_staff("Denis", "technician")).get("/espace/")

        assert answer.status_code == 403

    @pytest.mark.parametrize("path", ["/", "/espace/", "/livret/", "/livret/care/2023-09-18/"])
    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_the_pages_are_only_read(self, alice, path, method):
        assert getattr(alice, method)(path).status_code == 405


class TestHome:
    def test_an_empty_space_says_what_will_come(self, alice):
        page = home(alice)

        assert "Aucune demande ouverte" in page
        assert "Aucun environnement" in page
        assert "Aucun contrat en vigueur" in page

    def test_the_contract_in_force_leads_to_its_booklet(self, alice, contract):
        page = home(alice)

        assert contract.number in page
        assert 'href="/livret/sprint/2019/"' in page
        assert "Alice" in page.partition(contract.number)[2]

    def test_a_contract_that_ended_is_no_longer_shown(self, alice, contract):
        Contract.objects.update(ends_until=factories.CODES)

        assert contract.number not in home(alice)

    @pytest.mark.parametrize(("state", "shown"), [("active", "Ouvert"), ("migrating", "En maintenance")])
    def test_each_environment_is_shown_with_its_state(self, alice, atelier, state, shown):
        owned = factories.own(atelier, factories.make_environment("bureau"))
        Environment.objects.filter(pk=owned.environment_id).update(state=state)

        page = home(alice)

        assert 'href="/e/bureau/"' in page
        assert shown in page

    def test_the_environments_of_another_client_are_not_shown(self, alice, control):
        factories.own(factories.make_client("moulin"), factories.make_environment("ailleurs"))

        assert "ailleurs" not in home(alice)

    @pytest.mark.parametrize("count", [1, 4])
    def test_its_questions_do_not_grow_with_what_it_shows(
        self, alice, atelier, contract, count, django_assert_max_num_queries
    ):
        [factories.own(atelier, factories.make_environment(f"bureau-{number}")) for number in range(count)]

        with django_assert_max_num_queries(20):
            home(alice)


class TestClock:
    @pytest.fixture
    def shifted(self, monkeypatch):
        monkeypatch.setenv("LIVRET_DEMO_NOW", "2026-03-02T09:00:00+01:00")
        monkeypatch.setenv("LIVRET_DEMO_SINCE", "")
        clock.shift.cache_clear()
        yield
        monkeypatch.undo()
        clock.shift.cache_clear()

    @pytest.mark.parametrize("path", ["/", "/livret/", "/compte/connexion/"])
    def test_a_demonstration_time_is_told_to_visitors(self, control, client, shifted, path):
        assert "2026-03-02T" in client.get(path).content.decode()

    def test_a_demonstration_time_is_told_in_the_customer_space(self, alice, shifted):
        assert "2026-03-02T" in home(alice)

    def test_the_real_time_is_told_to_nobody(self, alice):
        assert "data-clock" not in home(alice)
        assert "2026-03-02T" not in home(alice)


class TestCommands:
    def found(self, browser, words):
        return browser.get("/preferences/commands/", {"q": words}).content.decode()

    def test_a_person_finds_their_environments_and_no_other(self, alice, atelier):
        factories.own(atelier, factories.make_environment("bureau"))
        factories.own(factories.make_client("moulin"), factories.make_environment("ailleurs"))

        assert "/e/bureau/" in self.found(alice, "atelier")
        assert "/e/ailleurs/" not in self.found(alice, "")

    def test_anybody_finds_the_clauses_of_the_booklets(self, control, client):
        assert "/livret/care/2023-09-18/#C-11" in self.found(client, "C-11")
