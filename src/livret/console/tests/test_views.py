from datetime import timedelta

import pytest
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.clients import services
from livret.clients.models import Instruction
from livret.clients.tests import factories
from livret.clients.tests.factories import CLERK, NOW
from livret.core.audit.models import AuditEvent
from livret.core.audit.services import record
from livret.core.mail import services as mail
from livret.core.mail.models import Message
from livret.core.tenancy.models import Environment

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PAGES = ["/console/", "/console/courriels/", "/console/journal/", "/console/environnements/", "/console/design/"]
EVERYBODY = ["technician", "customer_service", "operations", "trainer", "billing", "administrator"]
HOSTILE = ["%00", "%25", "'", "\\", "é" * 300, "a b c d e f g h", "%F0%9F%98%80"]


def browser_of(account):
    browser = Browser()
    browser.force_login(account, backend=BACKEND)
    return browser


@pytest.fixture
def as_role(control, settings):
    """The browser of a person of the publisher, in a demonstration so that no second factor is asked."""
    settings.IS_DEMO = True
    return lambda role: browser_of(factories.make_staff("Solène", role))


@pytest.fixture
def operations(as_role):
    return as_role("operations")


def written(count=1, **changes):
    message = {"to": "alice@atelier.example", "subject": "Accusé de réception", "text": "Bonjour Alice", "at": NOW}
    return [mail.send(**{**message, **changes}) for _number in range(count)]


class TestWhoEnters:
    @pytest.mark.parametrize("page", PAGES)
    def test_a_visitor_signs_in_first(self, control, client, page):
        assert client.get(page)["Location"] == f"/compte/connexion/?next={page}"

    @pytest.mark.parametrize("page", PAGES)
    def test_for_a_clients_person_the_page_does_not_exist(self, control, page):
        alice = factories.make_account(factories.make_client(), "Alice")

        assert browser_of(alice).get(page).status_code == 404

    @pytest.mark.parametrize("page", PAGES)
    def test_without_a_second_factor_the_person_is_sent_to_add_one(self, control, page):
        assert browser_of(factories.make_staff("Denis", "technician")).get(page)["Location"] == "/compte/securite/"

    @pytest.mark.parametrize("role", EVERYBODY)
    def test_every_role_reads_the_common_pages(self, as_role, role):
        browser = as_role(role)

        assert {browser.get(page).status_code for page in PAGES if "environnements" not in page} == {200}

    @pytest.mark.parametrize("role", EVERYBODY)
    def test_the_environments_are_for_operations_and_the_others_are_told_who_can_let_them_in(self, as_role, role):
        chief = factories.make_staff("Adèle", "administrator")

        answer = as_role(role).get("/console/environnements/")

        allowed = role in {"operations", "administrator"}
        assert answer.status_code == (200 if allowed else 403)
        assert allowed or chief.full_name in answer.content.decode()

    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_the_pages_are_only_read(self, operations, page, method):
        assert getattr(operations, method)(page).status_code == 405


class TestHome:
    def test_an_empty_platform_says_so(self, as_role):
        page = as_role("technician").get("/console/").content.decode()

        assert "Rien n’attend" in page
        assert "Aucune instruction en attente" in page

    def test_an_instruction_that_waits_is_shown_with_its_client(self, operations):
        client = factories.make_client()
        asked = services.record_contract_instruction(
            client, person_name="Émile", person_email="emile@atelier.example", by=CLERK, at=NOW
        )

        page = operations.get("/console/").content.decode()

        assert f"/console/clients/atelier/instructions/{asked.pk}/" in page

    def test_an_environment_that_could_not_be_migrated_is_shown_with_the_reason(self, operations, environment):
        Environment.objects.update(migration_error="<ProgrammingError: already exists>")

        page = operations.get("/console/").content.decode()

        assert "client-a" in page
        assert "&lt;ProgrammingError: already exists&gt;" in page

    def test_failed_jobs_are_counted(self, operations):
        written(2)
        ProcrastinateJob.objects.filter(task_name=mail.DELIVERY).update(status="failed")

        assert operations.get("/console/").context["jobs"]["failed"] == 2

    @pytest.mark.parametrize("count", [1, 6])
    def test_its_questions_do_not_grow_with_what_it_shows(self, operations, count, django_assert_max_num_queries):
        client = factories.make_client()
        Instruction.objects.bulk_create(
            Instruction(
                client=client, kind="open", person_name=f"P{n}", person_email=f"p{n}@x.example", asked_by_name="x",
                asked_at=NOW, channel="contract", text="x", recorded_by_id=CLERK.id, recorded_by_name="x",
                recorded_at=NOW,
            )
            for n in range(count)
        )  # fmt: skip

        with django_assert_max_num_queries(18):
            operations.get("/console/")


class TestMails:
    def test_without_mail_the_page_says_what_will_come(self, operations):
        assert "Aucun courriel" in operations.get("/console/courriels/").content.decode()

    def test_the_latest_mail_comes_first(self, operations):
        written(subject="Premier")
        written(subject="Second", at=NOW + timedelta(hours=1))

        page = operations.get("/console/courriels/").content.decode()

        assert page.index("Second") < page.index("Premier")

    @pytest.mark.parametrize(
        ("words", "found"),
        [("alice", True), ("BONJOUR", True), ("accusé alice", True), ("accusé bob", False), ("%", False)],
    )
    def test_they_are_searched_by_address_subject_and_text(self, operations, words, found):
        written()

        page = operations.get("/console/courriels/", {"q": words})

        assert (len(page.context["page"].object_list) == 1) is found

    def test_a_search_without_result_can_be_cleared(self, operations):
        written()

        page = operations.get("/console/courriels/", {"q": "personne"}).content.decode()

        assert 'href="/console/courriels/"' in page
        assert "personne" in page

    def test_a_mail_is_read_and_what_it_holds_is_text(self, operations):
        (message,) = written(text="<script>alert(1)</script> https://livret.example/x\n\nFin")

        page = operations.get(f"/console/courriels/{message.pk}/").content.decode()

        assert "&lt;script&gt;" in page
        assert 'href="https://livret.example/x"' in page

    def test_a_mail_that_the_server_refused_shows_why(self, operations):
        (message,) = written()
        Message.objects.filter(pk=message.pk).update(error="2026-03-02 SMTPDataError: (451, b'later')")

        page = operations.get(f"/console/courriels/{message.pk}/").content.decode()

        assert "SMTPDataError: (451" in page
        assert "Refusé, nouvel essai prévu" in page

    @pytest.mark.parametrize("pk", ["999999", "999999999999999999999"])
    def test_a_mail_that_does_not_exist_is_not_found(self, operations, pk):
        assert operations.get(f"/console/courriels/{pk}/").status_code == 404

    @pytest.mark.parametrize("count", [1, 60])
    def test_its_questions_do_not_grow_with_the_mails(self, operations, count, django_assert_max_num_queries):
        written(count)

        with django_assert_max_num_queries(12):
            page = operations.get("/console/courriels/")

        assert len(page.context["page"].object_list) == min(count, 50)


class TestTrail:
    @pytest.fixture
    def told(self, environment):
        record("environments.environment.created", environment, by=CLERK, at=NOW)
        record("clients.contract.signed", environment.cell, by=CLERK, at=NOW + timedelta(hours=1))

    def shown(self, browser, **query):
        page = browser.get("/console/journal/", query)
        return [act.action for act in page.context["page"] if not act.action.startswith("clients.roles")]

    @pytest.mark.parametrize(
        ("query", "actions"),
        [
            ({}, ["clients.contract.signed", "environments.environment.created"]),
            ({"q": "client-a"}, ["environments.environment.created"]),
            ({"action": "clients.contract"}, ["clients.contract.signed"]),
            ({"q": "nobody"}, []),
        ],
    )
    def test_acts_are_shown_and_searched(self, operations, told, query, actions):
        assert self.shown(operations, **query) == actions

    def test_a_search_without_result_says_so(self, operations):
        assert "Aucun acte ne correspond" in operations.get("/console/journal/", {"q": "zzz"}).content.decode()

    def test_reading_the_trail_writes_nothing(self, operations, told):
        before = AuditEvent.objects.count()

        operations.get("/console/journal/")

        assert AuditEvent.objects.count() == before

    @pytest.mark.parametrize("page", ["2", "0", "-1", "abc", "99999999999"])
    def test_a_page_that_does_not_exist_is_the_nearest(self, operations, told, page):
        assert operations.get("/console/journal/", {"page": page}).status_code == 200


class TestEnvironments:
    def test_without_any_the_page_says_how_to_make_one(self, operations):
        assert "livret environment create" in operations.get("/console/environnements/").content.decode()

    @pytest.mark.parametrize(
        ("change", "shown"),
        [
            ({}, "À jour"),
            ({"schema_fingerprint": "old"}, "À migrer"),
            ({"migration_error": "x"}, "Migration échouée"),
            ({"state": "swapping"}, "Indisponible"),
        ],
    )
    def test_each_is_shown_with_its_state(self, operations, environment, change, shown):
        Environment.objects.update(**change) if change else None

        assert shown in operations.get("/console/environnements/").content.decode()


@pytest.mark.parametrize("page", ["/console/courriels/", "/console/journal/", "/console/clients/"])
@pytest.mark.parametrize("words", HOSTILE)
def test_no_search_makes_a_page_fail(operations, page, words):
    assert operations.get(f"{page}?q={words}&action={words}&page={words}").status_code == 200
