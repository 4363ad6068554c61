"""The mails of support: both forms alike, in the reader's language, with an address for answers."""

import uuid

import pytest
from django.utils import translation

from livret.care.support import mails
from livret.care.support.mails import NOT_THREADED, NOTICES
from livret.care.support.rules.replies import TOLD
from livret.care.support.tests import factories
from livret.core.blobs import store
from livret.core.mail.models import Message
from livret.core.mail.services import Joined

AT = factories.MONDAY_15H


@pytest.fixture(autouse=True)
def publisher(settings):
    settings.DEFAULT_FROM_EMAIL = "Éditions du Phare <no-reply@phare.example>"
    settings.MAIL_REPLIES, settings.SITE_ADDRESS = "support@phare.example", "https://livret.example"


def written():
    return Message.objects.latest("pk")


@pytest.mark.parametrize("form", ["text", "html"])
def test_both_forms_hold_the_same_facts(care, bob, form):
    filed = factories.file(bob)

    body = getattr(written(), form)

    for_all = ("Bob", filed.number, filed.call_code_shown, "C-14", "Éditions du Phare", "Vous pouvez répondre")
    assert [fact for fact in for_all if fact not in body] == []
    assert f"https://livret.example{filed.get_absolute_url()}" in body


def test_a_mail_speaks_the_language_of_who_reads_it(care, bob):
    bob.language = "en"
    bob.save()

    filed = factories.file(bob)

    assert written().subject.startswith(f"Request {filed.number} registered")
    assert "You may answer this mail" in written().text
    assert '<html lang="en">' in written().html


def test_without_an_address_for_answers_a_mail_says_not_to_answer(care, bob, settings):
    settings.MAIL_REPLIES = ""

    factories.file(bob)

    assert (written().reply_to, "Ne répondez pas à ce courriel" in written().text) == ("", True)


def test_without_an_address_of_the_site_a_mail_of_a_job_has_no_link(care, bob, settings):
    settings.SITE_ADDRESS = ""

    factories.file(bob)

    assert "http" not in written().text
    assert "<a " not in written().html


def test_a_mail_after_an_act_on_a_page_begins_its_links_there(care, bob, settings):
    settings.SITE_ADDRESS = ""

    factories.file(bob, site="https://testserver")

    assert "https://testserver/espace/demandes/" in written().text


def test_the_mails_of_one_request_are_one_conversation(care, bob, denis):
    filed = factories.file(bob)
    first = written()

    factories.say(filed, denis, "Bonjour")

    assert written().references.split()[0] == first.message_id


def test_what_people_type_is_text_in_html_and_unchanged_in_plain_words(care, bob, denis):
    filed = factories.file(bob, subject="<b>d’un</b> & l'autre")

    factories.say(filed, denis, "<script>alert(1)</script> & l'autre")

    assert "<script>" not in written().html
    assert "<b>" not in written().html
    assert "<script>alert(1)</script> & l'autre" in written().text


def test_the_publishers_people_get_a_link_to_the_console_and_an_address_of_their_own(care, bob, denis, emma):
    filed = factories.file(bob)

    addresses = {factories.reply_address(filed, account) for account in (bob, denis, emma)}

    assert len(addresses) == 3
    assert f"https://livret.example{filed.get_console_url()}" in written().text


def test_the_readers_of_the_client_share_one_address(care, bob, alice):
    filed = factories.file(bob)

    assert factories.reply_address(filed, bob) == factories.reply_address(filed, alice)


@pytest.mark.parametrize("kind", NOTICES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_notice_says_its_lines_in_both_forms(care, bob, kind, language):
    bob.language = language
    filed = factories.file(bob)

    notice = mails.send_notice(filed, kind=kind, to=bob, facts={"lines": ["a < b"], "text": "c & d"}, now=AT)

    assert filed.number in notice.subject
    assert ("- a < b" in notice.text, "c & d" in notice.text) == (True, True)
    assert ("<li>a &lt; b</li>" in notice.html, "c &amp; d" in notice.html) == (True, True)


@pytest.mark.parametrize("reason", TOLD)
def test_a_refusal_says_why_and_where_to_write(care, bob, reason):
    refusal = mails.send_refusal(bob, reason=reason, subject="Vos <tarifs>", about=care, now=AT)

    assert "Vos &lt;tarifs&gt;" in refusal.html
    with translation.override("fr"):
        assert str(NOT_THREADED[reason]) in refusal.text
    assert "https://livret.example/espace/demandes/" in refusal.text
    assert refusal.reply_to == ""


def test_a_letter_takes_files_along(care, bob):
    owner = uuid.UUID(int=7)
    blob = store.put([b"%PDF-1.7"], owner=str(owner))
    facts = {"to": bob, "link": "", "subject": "x", "reason": "y"}

    letter = mails.send_letter(
        "refusal", "Rapport", facts, to=bob, about=care, now=AT,
        files=[Joined("rapport.pdf", "application/pdf", owner, blob.digest)],
    )  # fmt: skip

    assert [(file.name, file.digest) for file in letter.enclosures.all()] == [("rapport.pdf", blob.digest)]
