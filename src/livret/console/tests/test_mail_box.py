"""The mail box pages: what arrived, what became of it, and answers written in a demonstration."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.care.support.models import Request
from livret.care.support.rules.replies import NotThreaded
from livret.care.support.tests import factories as support
from livret.clients.tests import factories
from livret.console.received import REASONS
from livret.core.mail import incoming
from livret.core.mail.models import IncomingMail, Mailbox, Message
from livret.core.mail.rules.automatic import Machine
from livret.core.mail.rules.reading import Unread
from livret.core.mail.tests.letters import letter

AT = support.MONDAY_15H
RECEIVED = "/console/courriels/recus/"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.STATE_FOLDER, settings.MAIL_REPLIES = tmp_path, "support@publisher.example"
    settings.IS_DEMO = True  # No second factor.


@pytest.fixture
def denis(control, client):
    """A browser in which a technician is signed in."""
    client.force_login(factories.make_staff("Denis", "technician"), backend=BACKEND)
    return client


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def filed(control):
    atelier = factories.make_client("atelier")
    alice = factories.make_account(atelier, "Alice")
    support.make_contract(atelier, alice, "care")
    return support.file(alice)


def handled(raw):
    return incoming.thread(incoming.receive(raw, at=AT).pk, at=AT)


def test_without_mail_the_page_says_what_will_come(denis):
    page = denis.get(RECEIVED).content.decode()

    assert "Aucun courriel n’est encore arrivé" in page


def test_a_refused_mail_is_listed_with_its_reason_and_says_what_to_do(denis):
    row = handled(letter("<b>Bonjour</b>", sender="eve@evil.example", subject="<i>Prix</i>"))

    listed = denis.get(RECEIVED).content.decode()
    page = denis.get(f"{RECEIVED}{row.pk}/").content.decode()

    assert "eve@evil.example" in listed
    assert "Expéditeur inconnu" in listed
    assert "Aucun compte n’a cette adresse" in page
    assert "Que faire" in page
    assert "&lt;b&gt;Bonjour&lt;/b&gt;" in page
    assert "<i>Prix" not in listed + page


def test_a_threaded_mail_leads_to_its_request(denis, filed):
    address = Message.objects.latest("pk").reply_to
    row = handled(letter("Bonjour", sender="alice@atelier.example", to=address, files=(("a.pdf", support.PDF),)))

    page = denis.get(f"{RECEIVED}{row.pk}/").content.decode()

    assert filed.get_console_url() in page
    assert "a.pdf" in page


@pytest.mark.parametrize(
    ("asked", "found"), [("", 2), ("?state=refused", 2), ("?state=threaded", 0), ("?q=eve", 1), ("?state=none&q=\0", 2)]
)
def test_the_list_is_filtered(denis, asked, found):
    for name in ("eve", "bob"):
        handled(letter(sender=f"{name}@evil.example", message_id=f"<{name}@x>"))

    assert len(denis.get(RECEIVED + asked).context["rows"]) == found


def test_a_mail_that_cannot_be_read_has_its_page(denis):
    row = handled(b"\xff\x00")

    page = denis.get(f"{RECEIVED}{row.pk}/").content.decode()

    assert "Sans expéditeur" in page
    assert "(sans objet)" in page


def test_the_original_is_downloaded_and_never_shown(denis):
    row = handled(letter(html="<script>alert(1)</script>"))

    answer = denis.get(f"{RECEIVED}{row.pk}/original/")

    assert b"".join(answer.streaming_content) == incoming.raw_of(row)
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "message/rfc822")


def test_a_refused_mail_is_handled_again(denis, filed):
    address = Message.objects.latest("pk").reply_to
    row = handled(letter("Bonjour", sender="bob@atelier.example", to=address))
    bob = factories.make_account(filed.client, "Bob")
    Request.objects.update(filed_by=bob)

    answer = denis.post(f"{RECEIVED}{row.pk}/reprise/")
    done = incoming.thread(row.pk, at=AT)

    assert (answer.status_code, row.reason, done.state) == (302, "stranger", "threaded")


def test_a_mail_box_that_cannot_be_read_is_told(denis):
    Mailbox.objects.create(name="support@imap/INBOX", failed_at=AT, error="ConnectionRefusedError: <refused>")

    page = denis.get(RECEIVED).content.decode()

    assert "ne peut pas être lue" in page
    assert "ConnectionRefusedError: &lt;refused&gt;" in page


@pytest.mark.parametrize("reason", [*Machine, *Unread, *NotThreaded])
def test_every_reason_is_said_in_words(reason):
    assert all(str(words) for words in (REASONS[reason].label, REASONS[reason].why, REASONS[reason].next))


@pytest.mark.parametrize("count", [1, 12])
def test_the_questions_of_the_list_do_not_grow_with_the_mails(denis, count, django_assert_max_num_queries):
    IncomingMail.objects.bulk_create(IncomingMail(digest=f"{n:064}", size=1, received_at=AT) for n in range(count))

    with django_assert_max_num_queries(14):
        denis.get(RECEIVED)


class TestReplies:
    def test_an_answer_takes_the_way_of_any_mail_that_arrives(self, denis, filed):
        mail = Message.objects.get(about_id=str(filed.pk))
        typed = {"text": "Toujours pareil.", "attachments": SimpleUploadedFile("a.pdf", support.PDF)}

        answer = denis.post(f"/console/courriels/{mail.pk}/reponses/", typed)

        row = IncomingMail.objects.get()
        threaded = incoming.thread(row.pk, at=AT)
        event = filed.events.latest("sequence")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{RECEIVED}{row.pk}/")
        assert ProcrastinateJob.objects.filter(task_name=incoming.THREADING).count() == 1
        assert (threaded.state, event.text, event.actor_name) == ("threaded", "Toujours pareil.", "Alice")
        assert [file.name for file in event.attachments.all()] == ["a.pdf"]

    def test_an_empty_answer_is_refused_with_its_reason(self, denis, filed):
        answer = denis.post(f"/console/courriels/{Message.objects.latest('pk').pk}/reponses/", {"text": ""})

        assert (answer.status_code, "Ce champ est obligatoire" in answer.content.decode()) == (422, True)


def test_the_mails_of_requests_are_for_those_who_read_requests(client, filed):
    sent = Message.objects.latest("pk")
    client.force_login(factories.make_staff("Tess", "trainer"), backend=BACKEND)

    assert sent.subject not in client.get("/console/courriels/").content.decode()
    assert client.get(f"/console/courriels/{sent.pk}/").status_code == 404
    assert client.post(f"/console/courriels/{sent.pk}/reponses/", {"text": "Bonjour"}).status_code == 404


def test_the_address_for_answers_of_one_person_is_shown_to_nobody_whole(denis, filed):
    sent = Message.objects.latest("pk")
    page = denis.get(f"/console/courriels/{sent.pk}/").content.decode()

    assert sent.reply_to not in page
    assert f"support+{filed.number}.…@publisher.example" in page
