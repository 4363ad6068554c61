"""Mails read from their bytes: what they say, and a named refusal for whatever cannot be read."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.core.mail.rules.limits import limits
from livret.core.mail.rules.reading import File, Unreadable, read
from livret.core.mail.tests.letters import ALICE, PNG, QUOTED_HTML, SUPPORT, letter

BOUNDS = limits().bounds
BOUNCE = b"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: no-reply@livret.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

User unknown.
--b
Content-Type: message/delivery-status

Action: failed
--b
Content-Type: message/rfc822

From: no-reply@livret.example
Message-ID: <0f.livret@livret.example>

Bonjour
--b--
"""


def said(raw):
    return read(raw, bounds=BOUNDS)


def test_a_reply_says_who_to_whom_about_what_and_after_which_mail():
    mail = said(letter(In_Reply_To="<b@x>", References="<a@x> <b@x>", Cc="Bob <bob@atelier.example>"))

    assert (mail.sender, mail.sender_name, mail.subject) == (ALICE, "Alice Garrigue", "Re: Demande D-2026-000001")
    assert (mail.recipients, mail.message_id) == ((SUPPORT, "bob@atelier.example"), "<1@atelier.example>")
    assert mail.references == ("<b@x>", "<a@x>")
    assert mail.fresh == mail.text == "Bonjour, toujours la même erreur."
    assert (mail.files, mail.machine, mail.is_forged) == ((), None, False)


def test_where_it_was_delivered_counts_before_whom_it_names():
    mail = said(letter(to="Alice <other@x.example>", Delivered_To="support+d-2026-000001.0f@publisher.example"))

    assert mail.recipients[0] == "support+d-2026-000001.0f@publisher.example"


def test_plain_words_are_preferred_to_html_and_empty_ones_are_not():
    assert said(letter("Simple", html="<p>Riche</p>")).text == "Simple"
    assert said(letter("\n \n", html="<p>Riche</p>")).text == "Riche"


def test_a_mail_in_html_alone_gives_its_words():
    assert said(letter(None, html=QUOTED_HTML)).fresh == "Bonjour,\nToujours la même erreur."


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("iso-8859-1", "Créé à l'été".encode("latin-1")),
        ("iso-8859-1", "Créé à l’été – 12 €".encode("cp1252")),
        ("utf-8", "Créé à l’été".encode()),
        ("utf-8", "Créé à l'été".encode("latin-1")),
        ("x-unknown", "Créé à l’été".encode()),
        ("us-ascii", "Créé à l’été".encode()),
    ],
)
def test_words_are_read_in_their_charset_whatever_it_claims(charset, content):
    head = f"From: {ALICE}\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n".encode()

    assert said(head + content).text.startswith("Créé à l")
    assert "été" in said(head + content).text


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("=?utf-8?q?Erreur_=C3=A0_l=E2=80=99import?=", "Erreur à l’import"),
        ("=?iso-8859-1?q?r=E9ponse?= simple", "réponse simple"),
        ("=?nothing?q?r=E9ponse?=", "réponse"),
        ("réponse brute", "réponse brute"),
        ("Impossible\n =?utf-8?q?d=E2=80=99ouvrir?=\n =?utf-8?q?_la_balance?=", "Impossible d’ouvrir la balance"),
        ("deux\n lignes\u202e", "deux lignes"),
    ],
)
def test_a_subject_is_one_readable_line(subject, shown):
    assert said(f"From: {ALICE}\nSubject: {subject}\n\nx".encode()).subject == shown


def test_files_come_with_their_names_and_the_logo_of_a_signature_does_not():
    mail = EmailMessage()
    mail["From"] = ALICE
    mail.set_content("Voici.")
    mail.add_alternative("<p>Voici <img src='cid:logo'></p>", subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<logo>", filename="logo.png")
    mail.get_payload()[1].add_related(PNG + b"\0" * 9000, "image", "png", cid="<shot>", filename="capture d’écran.png")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../facture.pdf")
    mail.add_attachment(PNG, maintype="image", subtype="png")
    mail.add_attachment(b"sealed", maintype="application", subtype="pgp-signature", filename="signature.asc")

    found = said(mail.as_bytes())

    assert found.text == "Voici."
    assert [file.name for file in found.files] == ["capture d’écran.png", "../../facture.pdf", "piece-4.png"]
    assert found.files[1] == File("../../facture.pdf", b"%PDF-1.7")


def test_a_mail_joined_to_a_mail_is_a_file_and_its_words_are_not_the_senders():
    mail = EmailMessage()
    mail["From"] = ALICE
    mail.set_content("Voir ci-joint.")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "eve@evil.example", "Autre"
    inner.set_content("Pas de moi.")
    mail.add_attachment(inner)

    found = said(mail.as_bytes())

    assert (found.sender, found.text) == (ALICE, "Voir ci-joint.")
    assert [file.name for file in found.files] == ["piece-1.eml"]
    assert b"Pas de moi." in found.files[0].content


@pytest.mark.parametrize(
    ("headers", "machine"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto_Submitted": "auto-generated; owner-email=a@b"}, "auto_reply"),
        ({"Auto_Submitted": "no"}, None),
        ({"subject": "Réponse automatique : Demande"}, "auto_reply"),
        ({"subject": "Automatic reply: Request"}, "auto_reply"),
        ({"subject": "Re: la réponse automatique ne part plus"}, None),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Precedence": "first-class"}, None),
        ({"List_Id": "<news.example>"}, "bulk"),
        ({"List_Unsubscribe": "<mailto:a@b>"}, "bulk"),
        ({"sender": "no-reply@shop.example"}, "machine_sender"),
        ({"sender": "ne-pas-repondre@banque.example"}, "machine_sender"),
        ({"sender": "bounces+123@shop.example"}, "machine_sender"),
        ({"sender": "noreen@atelier.example"}, None),
        ({"Return_Path": "<>"}, "bounce"),
        ({"X_Failed_Recipients": "a@b.example"}, "bounce"),
    ],
)
def test_what_a_machine_wrote_is_known(headers, machine):
    assert said(letter(**headers)).machine == machine


def test_a_bounce_is_known_and_the_mail_it_returns_is_not_its_words():
    mail = said(BOUNCE)

    assert (mail.machine, mail.text) == ("bounce", "User unknown.")


@pytest.mark.parametrize(
    ("judged", "is_forged"),
    [
        ("mx.example; spf=pass; dmarc=fail (p=reject)", True),
        ("mx.example; dmarc=pass", False),
        ("mx.example; none", False),
    ],
)
def test_a_sender_that_the_mail_server_found_forged_is_told(judged, is_forged):
    assert said(letter(Authentication_Results=judged)).is_forged is is_forged


@pytest.mark.parametrize(
    "sender",
    [
        "a@x.example, b@x.example",
        "Alice",
        "<>",
        "alice@atelier.example)eve@evil.example",
        '"alice@atelier.example" <>',
        "group: a@x.example, b@x.example;",
        "a" * 1200 + "@x.example",
    ],
)
def test_a_sender_in_doubt_is_no_sender(sender):
    with pytest.raises(Unreadable, match="no_sender"):
        said(f"From: {sender}\nSubject: x\n\nBonjour".encode())


def test_two_senders_are_no_sender():
    with pytest.raises(Unreadable, match="no_sender: 2 From headers"):
        said(f"From: {ALICE}\nFrom: eve@evil.example\n\nBonjour".encode())


def test_the_address_counts_and_not_the_name_that_looks_like_one():
    mail = said(b'From: "denis@publisher.example" <eve@evil.example>\n\nx')

    assert mail.sender == "eve@evil.example"


def nested(depth):
    parts = [f'Content-Type: multipart/mixed; boundary="b{number}"\n\n--b{number}\n' for number in range(depth)]
    return f"From: {ALICE}\n{''.join(parts)}\nx".encode()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x" * (BOUNDS.raw_bytes + 1), "too_large"),
        (nested(300), "too_many_parts"),
        (b"From: a@x.example\n\n" + b"\n--b" * 6000, "too_many_parts"),
        (b"From: a@x.example\n" + b"To: " + b"(" * 17_000 + b"\n\n", "header_too_long"),
        (letter(files=tuple((f"{number}.txt", b"x") for number in range(60))), "too_many_parts"),
        (b"", "no_sender"),
    ],
    ids=["large", "deep", "delimiters", "header", "files", "empty"],
)
def test_what_would_take_too_long_is_refused_by_name(raw, reason):
    with pytest.raises(Unreadable) as refusal:
        said(raw)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "raw",
    [
        nested(90),
        f"From: {ALICE}\nSubject: ".encode() + b"=?utf-8?q?" * 1500 + b"\n\nx",
        f"From: {ALICE}\nTo: ".encode() + b"a@b.cd, " * 2000 + b"\n\nx",
        f"From: {ALICE}\nReferences: ".encode() + b"<a@b> " * 2700 + b"\n\nx",
        f"From: {ALICE}\nContent-Type: text/html\n\n".encode() + b"<div>" * 200_000,
        f"From: {ALICE}\n\n".encode() + b"On x wrote:\n" * 400_000,
        f"From: {ALICE}\nContent-Type: text/plain; ".encode() + b"a*0=x; " * 2000 + b"\n\nx",
    ],
    ids=["deep", "subject", "recipients", "references", "html", "text", "parameters"],
)
def test_a_hostile_mail_within_bounds_is_read_or_refused_quickly(raw):
    began = time.perf_counter()

    outcome(raw)

    assert time.perf_counter() - began < 5


def outcome(raw):
    try:
        return said(raw)
    except Unreadable as refusal:
        return refusal


MARKS = """From: |a@b.cd|\n|\r\n|\n\n|Content-Type: |multipart/mixed; boundary=b|--b|--b--|text/html|=?utf-8?b?|?=
|message/rfc822|Content-Transfer-Encoding: base64|"|(|<|;
|charset=|utf-16|filename*0*=|\xff|\x00|Subject: |Message-ID: | |> |%
"""
PIECES = st.sampled_from([mark.encode("latin-1") for mark in MARKS.split("|")])


@given(st.lists(PIECES | st.binary(max_size=8), max_size=60).map(b"".join))
def test_whatever_the_bytes_the_answer_is_a_mail_or_a_refusal(raw):
    found = outcome(b"From: alice@atelier.example\n" + raw)

    assert isinstance(found, Unreadable) or (found.sender and "\x00" not in found.text + found.subject)


@given(st.binary(max_size=400))
def test_bytes_that_are_no_mail_are_refused_by_name(raw):
    assert isinstance(outcome(b"\n" + raw), Unreadable)


@given(st.text(max_size=300))
def test_words_sent_come_back_without_what_breaks_a_page(words):
    words = words.encode("utf-8", "ignore").decode()
    mail = outcome(f"From: {ALICE}\nContent-Type: text/plain; charset=utf-8\n\n{words}".encode())

    assert len(mail.fresh) <= len(mail.text)
    assert not {"\x00", "\r", "\u202e"} & set(mail.text)


@pytest.mark.parametrize(
    "raw",
    [b"From: a@b.example\r\nMessage-ID: <a\x00b@c>\r\nIn-Reply-To: <a\x00b@c>\r\nTo: a\x00b@c.example\r\n\r\nBonjour"],
)
def test_what_a_database_cannot_hold_is_no_identity(raw):
    mail = said(raw)

    assert "\x00" not in f"{mail.message_id}{mail.references}{mail.recipients}"


@pytest.mark.parametrize("sender", ["a\x00b@c.example", '"a\\\x01b"@c.example', "\u212aarim@c.example"])
def test_a_sender_that_would_be_taken_for_another_is_refused(sender):
    with pytest.raises(Unreadable, match="no_sender"):
        said(f"From: {sender}\r\n\r\nBonjour".encode())


@pytest.mark.parametrize("charset", ["punycode", "IDNA", "unicode_escape", "raw-unicode-escape", "undefined", "a\x00b"])
def test_a_charset_that_is_none_of_a_mail_s_is_not_tried(charset):
    raw = f"From: a@b.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\na-b1b2 \\x41".encode()

    assert said(raw).text == "a-b1b2 \\x41"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\nContent-Type: text/plain; charset=punycode\r\n\r\na-" + b"a1b2c3" * 500_000,
        b"From: a@b.example\r\n" + (b"To: " + b"a" * 16_000 + b"\r\n") * 1000 + b"\r\nBonjour",
        b"From: a@b.example\n" + b"X: a\n" * 1_000_000 + b"\nBonjour",
    ],
)
def test_a_mail_made_to_take_long_does_not(raw):
    began = time.monotonic()

    is_read = _is_read(raw)

    assert (is_read, time.monotonic() - began < 3) == (b"punycode" in raw, True)


def _is_read(raw):
    try:
        return bool(said(raw).text)
    except Unreadable:
        return False


def test_a_very_long_text_is_cut_at_a_line_and_keeps_its_letters():
    line = "é" * 70 + "\n"
    raw = "From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + line * 20_000

    assert said(raw.encode()).text.startswith(line)
