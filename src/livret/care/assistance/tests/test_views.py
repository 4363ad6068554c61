"""The pages: remote assistance beside a request, web sessions on both sides, the tool."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from livret.care.assistance.models import Registration, RemoteSession, RemoteTool, WebSession
from livret.care.assistance.tests import factories
from livret.care.assistance.tests.factories import WEDNESDAY_14H
from livret.care.support.tests import factories as support
from livret.care.support.tests.factories import paris
from livret.core.mail.models import Message

ADDRESS = "https://ecran.example/session/"


def words_of(answer) -> str:
    return " ".join(unescape(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ").split())


def portal(name, request, session=None) -> str:
    return reverse(f"assistance:{name}", args=[request.number, *([session.pk] if session else [])])


def console(name, request, session=None) -> str:
    return reverse(f"assistance_console:{name}", args=[request.number, *([session.pk] if session else [])])


class TestRemoteForTheClient:
    def test_a_proposal_says_what_how_long_who_and_to_which_words(self, request_, bob, denis, page_of):
        factories.propose(request_, denis)
        shown = words_of(page_of(bob).get(portal("request_panel", request_)))

        assert "Regarder l’import de la balance avec vous." in shown
        assert "30 minutes" in shown
        assert "Denis" in shown
        assert "Vous pouvez retirer votre accord à tout moment" in shown
        assert ADDRESS not in shown

    def test_an_agreement_opens_the_link(self, request_, bob, denis, page_of):
        session, browser = factories.propose(request_, denis), page_of(bob)
        answer = browser.post(portal("agreement", request_, session), {"wording": factories.WORDING})

        assert answer["Location"] == f"{request_.get_absolute_url()}#teleassistance"
        assert ADDRESS in words_of(browser.get(portal("request_panel", request_)))

    def test_a_withdrawal_closes_the_link_and_says_so_in_the_request(self, request_, bob, denis, page_of):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        browser = page_of(bob)
        browser.post(portal("withdrawal", request_, session))

        assert ADDRESS not in words_of(browser.get(portal("request_panel", request_)))
        assert "Téléassistance : accord retiré" in words_of(browser.get(request_.get_absolute_url()))

    def test_the_link_is_closed_once_its_time_is_over_though_no_job_ran(self, request_, bob, denis, page_of, at):
        factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        browser = page_of(bob)
        at(paris(2, 10, 30))

        assert ADDRESS not in words_of(browser.get(portal("request_panel", request_)))

    def test_an_agreement_that_comes_too_late_says_so(self, request_, bob, denis, page_of, at):
        session, browser = factories.propose(request_, denis), page_of(bob)
        at(paris(2, 10, 31))
        answer = browser.post(portal("agreement", request_, session), {"wording": factories.WORDING})

        assert answer.status_code == 409
        assert "ou son délai est écoulé" in words_of(answer)

    def test_words_of_another_version_are_shown_again(self, request_, bob, denis, page_of):
        session = factories.propose(request_, denis)
        answer = page_of(bob).post(portal("agreement", request_, session), {"wording": "\0 2019"})

        assert answer.status_code == 422
        assert "Relisez-le ci-dessous" in words_of(answer)

    def test_a_refusal_is_told_with_its_words(self, request_, bob, denis, page_of):
        session = factories.propose(request_, denis)
        page_of(bob).post(portal("refusal", request_, session), {"words": "Pas ce matin."})

        assert RemoteSession.objects.get().state == "refused"
        assert request_.events.get(data__step="refused").text == "Pas ce matin."

    @pytest.mark.parametrize("name", ["agreement", "refusal", "withdrawal"])
    @pytest.mark.parametrize("who", ["paul", "chloe"])
    def test_nobody_else_finds_it(self, request_, denis, page_of, name, who, request):
        session = factories.propose(request_, denis)
        answer = page_of(request.getfixturevalue(who)).post(portal(name, request_, session))

        assert answer.status_code == 404
        assert RemoteSession.objects.get().state == "proposed"

    def test_a_session_of_another_request_is_not_found(self, request_, bob, denis, page_of):
        other = factories.propose(factories.taken(bob, denis), denis)

        assert page_of(bob).post(portal("agreement", request_, other)).status_code == 404

    def test_the_page_of_the_request_asks_for_its_part_and_links_to_it_without_script(self, request_, bob, page_of):
        shown = page_of(bob).get(request_.get_absolute_url()).content.decode()
        url = portal("request_panel", request_)

        assert f'hx-get="{url}"' in shown
        assert f'<a href="{url}">Téléassistance</a>' in shown

    def test_a_plan_without_it_says_so_with_its_clause(self, connected, denis, page_of):
        request = support.file(connected, at=paris(2, 9), kind="customer_service", topic="administrative")
        request.kind = "question"
        request.save(update_fields=["kind"])
        shown = words_of(page_of(connected).get(portal("request_panel", request)))

        assert "La formule du contrat ne comprend pas la téléassistance." in shown
        assert "/livret/sprint/2019/#S-13" in shown


class TestRemoteForTheTechnician:
    def test_a_proposal_is_sent_and_the_page_comes_back(self, request_, bob, denis, page_of):
        typed = {"purpose": "Voir l’import.", "minutes": "20", "code": ""}
        answer = page_of(denis).post(console("proposal", request_), typed)

        assert answer["Location"] == f"{request_.get_console_url()}#teleassistance"
        assert "Voir l’import." in Message.objects.filter(to=bob.email).latest("pk").text

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"purpose": ""}, "Ce champ est obligatoire."),
            ({"minutes": "400"}, "de 5 à 120"),
            ({"minutes": "beaucoup"}, "Saisissez un nombre entier."),
            ({"code": "a/../b"}, "« a/../b » n’est pas un code"),
        ],
    )
    def test_bad_input_says_what_is_wrong_and_keeps_the_rest(self, request_, denis, page_of, typed, said):
        facts = {"purpose": "Voir l’import.", "minutes": "20", "code": "AB12", **typed}
        answer = page_of(denis).post(console("proposal", request_), facts)

        assert answer.status_code == 422
        assert said in words_of(answer)
        assert not RemoteSession.objects.exists()

    def test_outside_the_hours_the_next_opening_is_said_and_the_words_are_kept(self, request_, denis, page_of, at):
        browser = page_of(denis)
        at(paris(2, 18, 5))
        answer = browser.post(console("proposal", request_), {"purpose": "Voir l’import.", "minutes": "20"})

        assert answer.status_code == 422
        assert "Prochaine ouverture du support : mardi 3 novembre 2026 à 9 h 00" in words_of(answer)
        assert "Voir l’import." in words_of(answer)

    def test_the_link_is_shown_to_the_technician_named_only(self, request_, bob, denis, emma, page_of):
        factories.consent(factories.propose(request_, denis), bob)

        assert ADDRESS in words_of(page_of(denis).get(console("request_panel", request_)))
        assert ADDRESS not in words_of(page_of(emma).get(console("request_panel", request_)))

    def test_begun_and_ended_with_its_report(self, request_, bob, denis, page_of):
        session, browser = factories.consent(factories.propose(request_, denis), bob), page_of(denis)
        browser.post(console("beginning", request_, session))
        browser.post(console("ending", request_, session), {"report": "Filtre effacé."})

        assert RemoteSession.objects.get().state == "ended"
        assert "Filtre effacé." in words_of(browser.get(request_.get_console_url()))

    def test_a_report_without_words_is_asked_for_again(self, request_, bob, denis, page_of):
        session = factories.start(factories.consent(factories.propose(request_, denis), bob), denis)
        answer = page_of(denis).post(console("ending", request_, session), {"report": " "})

        assert answer.status_code == 422
        assert RemoteSession.objects.get().state == "started"

    def test_another_technician_does_not_begin_it(self, request_, bob, denis, emma, page_of):
        session = factories.consent(factories.propose(request_, denis), bob)
        answer = page_of(emma).post(console("beginning", request_, session))

        assert answer.status_code == 422
        assert "Denis a proposé cette séance" in words_of(answer)

    def test_a_proposal_is_taken_back(self, request_, denis, page_of):
        session = factories.propose(request_, denis)
        page_of(denis).post(console("cancelling", request_, session))

        assert RemoteSession.objects.get().state == "cancelled"

    def test_the_part_costs_a_fixed_number_of_queries(self, request_, bob, denis, page_of):
        for hour in (10, 11):
            factories.end(
                factories.start(
                    factories.consent(factories.propose(request_, denis, at=paris(2, hour)), bob, at=paris(2, hour)),
                    denis,
                    at=paris(2, hour),
                ),
                denis,
                at=paris(2, hour, 5),
            )
        browser = page_of(denis)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(console("request_panel", request_))

        assert sum('"assistance_' in query["sql"] for query in captured.captured_queries) == 3


class TestTool:
    URL = reverse("assistance_console:tool")

    def test_an_administrator_sets_it_and_the_history_stays(self, denis, gaelle, page_of):
        typed = {"name": "Autre", "url_template": "https://autre.example/{code}", "is_active": "on"}
        browser = page_of(gaelle)
        browser.post(self.URL, typed)
        shown = words_of(browser.get(self.URL))

        assert RemoteTool.objects.count() == 2
        assert "https://ecran.example/session/{code}" in shown
        assert "https://autre.example/{code}" in shown

    @pytest.mark.parametrize(
        ("template", "said"),
        [
            ("http://autre.example/{code}", "doit commencer par https://"),
            ("https://autre.example/", "Écrivez {code} une seule fois"),
            ("https://moi:secret@autre.example/{code}", "Retirez l’identifiant"),
            ("javascript:alert({code})", "doit commencer par https://"),
        ],
    )
    def test_an_address_that_cannot_be_used_is_refused_in_words(self, gaelle, page_of, template, said):
        answer = page_of(gaelle).post(self.URL, {"name": "Autre", "url_template": template, "is_active": "on"})

        assert answer.status_code == 422
        assert said in words_of(answer)
        assert not RemoteTool.objects.exists()


class TestWebForTheClient:
    LIST = reverse("assistance:web_sessions")

    def test_sessions_of_the_products_of_the_contract_are_listed(self, alice, theo, page_of):
        factories.planned(theo)
        factories.planned(theo, title="La paie", product="hr")
        shown = words_of(page_of(alice).get(self.LIST))

        assert "La clôture de l’exercice" in shown
        assert "La paie" not in shown

    def test_a_plan_without_it_says_so_with_the_clause(self, connected, theo, page_of):
        factories.planned(theo)
        shown = words_of(page_of(connected).get(self.LIST))

        assert "Votre formule ne comprend pas les assistances web" in shown
        assert "Formule Open, Formule Private" in shown
        assert "/livret/sprint/2019/#S-13" in shown
        assert "La clôture de l’exercice" not in shown

    def test_registering_and_leaving(self, alice, theo, page_of):
        session, browser = factories.planned(theo), page_of(alice)
        browser.post(reverse("assistance:registration", args=[session.pk]))
        registered = words_of(browser.get(session.get_absolute_url()))
        browser.post(reverse("assistance:registration_cancellation", args=[session.pk]))

        assert "Vous avez une place." in registered
        assert Registration.objects.get().cancelled_at is not None

    def test_who_waits_reads_how_many_stand_before(self, alice, bob, paul, theo, page_of):
        session = factories.planned(theo, capacity=1)
        for minute, account in enumerate((alice, bob, paul)):
            factories.register(session, account, at=paris(2, 9, minute))
        shown = words_of(page_of(paul).get(session.get_absolute_url()))

        assert "Vous êtes sur liste d’attente, avec 1 personne avant vous." in shown

    @pytest.mark.parametrize(("minutes", "is_open"), [(-11, False), (-10, True), (59, True), (60, False)])
    def test_the_link_opens_ten_minutes_before_until_the_end(self, alice, theo, page_of, at, minutes, is_open):
        session = factories.planned(theo)
        factories.register(session, alice)
        browser = page_of(alice)
        at(WEDNESDAY_14H + timedelta(minutes=minutes))

        assert ("https://visio.example/cloture" in words_of(browser.get(session.get_absolute_url()))) is is_open

    def test_the_link_is_not_shown_to_who_has_no_place(self, alice, bob, theo, page_of, at):
        session = factories.planned(theo, capacity=1)
        factories.register(session, alice)
        browser = page_of(bob)
        at(WEDNESDAY_14H)

        assert "https://visio.example/cloture" not in words_of(browser.get(session.get_absolute_url()))

    def test_the_agenda_file_is_downloaded(self, alice, theo, page_of):
        session = factories.planned(theo)
        answer = page_of(alice).get(reverse("assistance:agenda", args=[session.pk]))

        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="la-cloture-de-lexercice.ics"'
        assert b"DTSTART:20261104T130000Z\r\n" in answer.content

    @pytest.mark.parametrize("name", ["web_session", "agenda"])
    def test_a_session_about_a_product_that_is_not_theirs_is_not_found(self, alice, theo, page_of, name):
        session = factories.planned(theo, product="hr")

        assert page_of(alice).get(reverse(f"assistance:{name}", args=[session.pk])).status_code == 404

    def test_a_replay_is_found_in_the_list_and_on_its_page(self, alice, theo, page_of):
        session = factories.held(factories.planned(theo), theo)
        WebSession.objects.filter(pk=session.pk).update(replay_url="https://video.example/1")
        browser = page_of(alice)

        assert "Rediffusions" in words_of(browser.get(self.LIST))
        assert "https://video.example/1" in words_of(browser.get(session.get_absolute_url()))

    def test_the_list_costs_a_fixed_number_of_queries(self, alice, theo, page_of):
        for number in range(6):
            factories.planned(theo, title=f"Séance {number}")
        browser = page_of(alice)
        with CaptureQueriesContext(connection) as captured:
            browser.get(self.LIST)

        assert sum('"assistance_' in query["sql"] for query in captured.captured_queries) == 3


class TestWebForThePublisher:
    def typed(self, host, **changes):
        facts = {
            "nonce": str(uuid4()),
            "version": "0",
            "title": "La clôture",
            "topic": "Clôturer.",
            "product": "finance",
            "host": str(host.pk),
            "starts_at": "2026-11-04T14:00",
            "minutes": "60",
            "capacity": "20",
            "join_url": "https://visio.example/cloture",
        }
        return {**facts, **changes}

    def test_a_session_is_planned_in_paris_time(self, theo, page_of):
        page_of(theo).post(reverse("assistance_console:web_session_new"), self.typed(theo))

        assert WebSession.objects.get().starts_at == WEDNESDAY_14H

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"join_url": "http://visio.example"}, "n’est pas une adresse que l’on peut suivre"),
            ({"minutes": "10"}, "de 15 à 480"),
            ({"capacity": "0"}, "de 1 à 1000"),
            ({"starts_at": "2026-11-01T14:00"}, "Trop tard"),
            ({"starts_at": "2027-03-28T02:30"}, "Europe/Paris"),
            ({"starts_at": "demain"}, "Saisissez une date et une heure valides."),
            ({"title": ""}, "Ce champ est obligatoire."),
        ],
    )
    def test_bad_input_says_what_is_wrong_and_keeps_the_rest(self, theo, page_of, changes, said):
        answer = page_of(theo).post(reverse("assistance_console:web_session_new"), self.typed(theo, **changes))

        assert answer.status_code in (409, 422)
        assert said in words_of(answer)
        assert "Clôturer." in words_of(answer)
        assert not WebSession.objects.exists()

    def test_a_form_of_an_older_version_is_kept_and_not_saved(self, theo, page_of):
        session = factories.planned(theo)
        factories.change(session, theo, title="Entre-temps")
        url = reverse("assistance_console:web_session_change", args=[session.pk])
        answer = page_of(theo).post(url, self.typed(theo, title="Mon titre"))

        assert answer.status_code == 409
        assert "Mon titre" in words_of(answer)
        assert WebSession.objects.get().title == "Entre-temps"

    def test_an_invitation_is_asked_for(self, alice, theo, page_of):
        session = factories.planned(theo)
        url = reverse("assistance_console:web_session_invitation", args=[session.pk])
        answer = page_of(theo).post(url, {"products": ["finance"]}, follow=True)

        assert "Les invitations sont en cours d’envoi" in words_of(answer)

    def test_an_invitation_to_nobody_is_refused(self, theo, page_of):
        session = factories.planned(theo)
        url = reverse("assistance_console:web_session_invitation", args=[session.pk])

        assert page_of(theo).post(url, {}).status_code == 422

    def test_it_is_held_and_its_replay_published(self, alice, theo, page_of, at):
        session = factories.planned(theo)
        registration, browser = factories.register(session, alice), page_of(theo)
        at(WEDNESDAY_14H + timedelta(hours=1))
        browser.post(
            reverse("assistance_console:web_session_holding", args=[session.pk]), {"present": [registration.pk]}
        )
        typed = {"url": "https://video.example/1", "language": "fr"}
        browser.post(reverse("assistance_console:web_session_replay", args=[session.pk]), typed)
        session.refresh_from_db()

        assert (session.state, session.replay_url) == ("held", "https://video.example/1")
        assert "mène à la rediffusion" in words_of(browser.get(session.get_console_url()))

    def test_it_is_cancelled_with_its_reason(self, alice, theo, page_of):
        session = factories.planned(theo)
        factories.register(session, alice)
        url = reverse("assistance_console:web_session_cancelling", args=[session.pk])
        page_of(theo).post(url, {"reason": "Formateur absent."})

        assert "Formateur absent." in words_of(page_of(alice).get(session.get_absolute_url()))

    def test_a_reason_is_wanted(self, theo, page_of):
        session = factories.planned(theo)
        url = reverse("assistance_console:web_session_cancelling", args=[session.pk])

        assert page_of(theo).post(url, {"reason": ""}).status_code == 422
