"""The pages of operations on data, on both sides, and what ends with a request."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from livret.care.service import services
from livret.care.service.models import Complaint, DataOperation, NoticeFile
from livret.care.service.tests import factories
from livret.care.service.tests.factories import AT, words_of
from livret.care.support import services as support
from livret.clients.actors import actor_of

OPERATIONS = reverse("service:operation")


class TestOperations:
    def test_somebody_else_reads_who_may_by_which_clause(self, sprint, bob, page_of):
        answer = page_of(bob).get(OPERATIONS)

        assert answer.status_code == 403
        assert "clause S-9" in words_of(answer)
        assert "Adressez-vous à Alice" in words_of(answer)

    def test_an_external_administrator_is_warned_before_sending(self, xavier, room, page_of):
        shown = words_of(page_of(xavier).get(reverse("service:operation_new", args=["restore"])))

        assert "Vous agissez depuis Cabinet Orion pour Atelier" in shown
        assert "exécuté sans nouvelle validation de Atelier" in shown
        assert "/livret/sprint/2019/#S-9" in shown

    def test_the_client_s_own_administrator_is_not(self, sprint, alice, room, page_of):
        shown = words_of(page_of(alice).get(reverse("service:operation_new", args=["restore"])))

        assert "Vous agissez depuis" not in shown

    def restore(self, **changes):
        return {"nonce": str(uuid4()), "room": "atelier", "day": "2026-10-28", "words": "Import double.",
                "is_understood": "on", **changes}  # fmt: skip

    def test_a_restore_asked_is_a_request_of_its_own(self, sprint, alice, room, page_of):
        answer = page_of(alice).post(reverse("service:operation_new", args=["restore"]), self.restore())

        made = DataOperation.objects.get()
        assert answer.headers["Location"] == made.request.get_absolute_url()
        assert made.parameters == {"day": "2026-10-28"}

    @pytest.mark.parametrize(
        ("kind", "changes", "said"),
        [
            ("restore", {"day": "2026-08-01"}, "Aucune sauvegarde du 01/08/2026"),
            ("restore", {"room": "moulin"}, "moulin"),
            ("restore", {"is_understood": ""}, "obligatoire"),
            ("purge", {"years": "deux mille"}, "n’est pas une année"),
            ("purge", {"years": "2026"}, "L’exercice 2026 ne peut pas être purgé"),
        ],
    )
    def test_what_cannot_be_asked_is_refused_and_kept_on_the_page(
        self, sprint, alice, room, page_of, kind, changes, said
    ):
        answer = page_of(alice).post(reverse("service:operation_new", args=[kind]), self.restore(**changes))

        assert answer.status_code == 422
        assert said in words_of(answer)
        assert "Import double." in words_of(answer)
        assert DataOperation.objects.count() == 0

    def test_an_account_that_exists_is_refused_beside_its_address(self, sprint, alice, bob, page_of):
        asked = {"nonce": str(uuid4()), "act": "open", "name": "Bob", "email": bob.email, "words": "Accès."}
        answer = page_of(alice).post(reverse("service:operation_new", args=["account_change"]), asked)

        assert (answer.status_code, bob.email in words_of(answer)) == (422, True)

    def test_without_a_dump_the_console_says_so_plainly(self, sprint, alice, octave, room, page_of):
        made = factories.operation(alice, room=room)

        assert "Aucune sauvegarde à restaurer" in words_of(page_of(octave).get(made.get_console_url()))

    def test_two_operators_at_once_start_it_once(self, sprint, alice, octave, room, page_of):
        made = factories.operation(alice, room=room)
        url = reverse("service_console:start", args=[made.request.number])
        answers = [page_of(octave).post(url).status_code for _ in range(2)]

        assert answers == [302, 409]

    def test_what_the_client_withdrew_is_not_started(self, sprint, alice, octave, room, page_of):
        made = factories.operation(alice, room=room)
        support.withdraw(made.request, by=actor_of(alice), now=AT)
        answer = page_of(octave).post(reverse("service_console:start", args=[made.request.number]))

        assert answer.status_code == 409
        assert "Retirée par le client" in words_of(answer)

    def test_the_archive_is_for_the_client_s_administrators(self, sprint, alice, bob, chloe, octave, room, page_of):
        made = factories.exported(alice, octave, room=room)
        url = reverse("service:archive", args=[made.request.number])

        assert [page_of(one).get(url).status_code for one in (alice, bob, chloe)] == [200, 403, 404]


class TestBeside:
    def test_customer_service_opens_what_a_request_turns_out_to_be(self, care, bob, farid, page_of):
        number = factories.file(bob, "administrative").number
        url = reverse("service_console:of_request", args=[number])
        answer = page_of(farid).post(url, {"opens": "complaint:support"})

        assert answer.headers["Location"] == Complaint.objects.get().get_console_url()

    def test_a_technician_does_not(self, care, bob, denis, page_of):
        url = reverse("service_console:of_request", args=[factories.file(bob, "administrative").number])
        page_of(denis).post(url, {"opens": "termination"})

        assert NoticeFile.objects.count() == 0

    def test_what_stands_beside_a_withdrawn_request_ends_with_it(self, sprint, alice, room):
        made = [factories.notice(alice), factories.complaint(alice), factories.operation(alice, room=room)]
        by = actor_of(alice)
        [support.withdraw(one.request, by=by, now=AT, text="Finalement non.") for one in made]

        assert [services.settle_withdrawals(now=AT), services.settle_withdrawals(now=AT)] == [3, 0]
        assert NoticeFile.objects.get().state == "withdrawn"
        assert Complaint.objects.get().outcome.words == "Finalement non."
        assert DataOperation.objects.get().state == "withdrawn"
