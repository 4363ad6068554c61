"""What is new in a reply, as the programs that people use write it."""

import pytest

from livret.core.mail.rules.words import fresh_words, text_of_html, tidied, unflowed
from livret.core.mail.tests.letters import QUOTED_HTML

FRESH = "Bonjour,\n\nToujours la même erreur."
HEAD = "De : Support Livret <support@publisher.example>\nEnvoyé : lundi 2 novembre 2026 15:04\nÀ : Alice Garrigue"
OUTLOOK = f"{HEAD}\nObjet : Demande D-2026-000001 : une réponse\n\nBonjour Alice,\nQuelle version ?"
GMAIL = "Le lun. 2 nov. 2026 à 15:04, Support Livret <support@publisher.example>"
OUTLOOK_EN = (
    "From: Support <s@p.example>\nSent: Monday, November 2, 2026 3:04 PM\nTo: Alice\nSubject: RE: Demande\n\nYes?"
)
APPLE = "> Le 2 nov. 2026 à 15:04, Support <s@p.example> a écrit :\n>\n> Quelle version ?\n"
MOZILLA = "Le 02/11/2026 à 15:04, Support a écrit :"
REPLIES = {
    "Gmail, folded": f"{FRESH}\n\n{GMAIL}\na écrit :\n\n> Bonjour Alice,\n>\n> Quelle version ?\n",
    "Gmail, in English": f"{FRESH}\n\nOn Mon, Nov 2, 2026 at 3:04 PM Support <s@p.example> wrote:\n\n> Which?\n",
    "Outlook": f"{FRESH}\n\n{OUTLOOK}",
    "Outlook, with no-break spaces": f"{FRESH}\n\n{OUTLOOK}".replace(" :", "\u00a0:"),
    "Outlook on the web": f"{FRESH}\n\n________________________________\n{OUTLOOK}",
    "Outlook, old": f"{FRESH}\n\n-----Message d'origine-----\n{OUTLOOK}",
    "Outlook, in English": f"{FRESH}\n\n{OUTLOOK_EN}",
    "Apple Mail": f"{FRESH}\n\n{APPLE}",
    "Apple Mail on a telephone": f"{FRESH}\n\nEnvoyé de mon iPhone\n\n{APPLE}",
    "Thunderbird": f"{FRESH}\n\n{MOZILLA}\n> Bonjour Alice,\n> Quelle version ?\n".replace(" :", "\u00a0:"),
    "Orange": f'{FRESH}\n\n> Message du 02/11/26 15:04\n> De : "Support" <s@p.example>\n> Objet : Demande\n>\n> x\n',
    "quote without marks": f"{FRESH}\n\n{MOZILLA}\nBonjour Alice,\nQuelle version ?\n",
    "signature after two hyphens": f"{FRESH}\n\n-- \nAlice Garrigue\nPapeterie des Trois Lunes\n01 23 45 67 89\n",
    "signature after a closing": f"{FRESH}\n\nCordialement,\n\nAlice Garrigue\nPapeterie des Trois Lunes\n",
    "signature in English": f"{FRESH}\n\nBest regards,\nAlice Garrigue\n",
    "signature before the quote": f"{FRESH}\n\n-- \nAlice\n\n{MOZILLA}\n> Quelle version ?\n",
}
KEPT = {
    "an answer between quoted lines": "> Quelle version ?\n\nLa 12.\n\n> Quel écran ?\n\nLa balance.",
    "a list": "J’ai essayé :\n- de fermer\n- de rouvrir",
    "thanks that begin a sentence": "Thank you,\nhowever it still fails.",
    "a closing that goes on": "Cordialement, mais fermement : la balance ne s’affiche toujours pas.",
    "a closing followed by a question": "Cordialement,\nAlice\nEt quand pouvez-vous rappeler ?",
    "words with hyphens": "Le compte 512 -- banque -- est faux.",
    "a sentence that begins as a quote does": "Le message dit que le serveur a écrit : « interdit ».",
    "an empty mail": "",
}


@pytest.mark.parametrize("program", REPLIES)
def test_what_is_new_is_told_from_what_is_quoted(program):
    assert fresh_words(tidied(REPLIES[program])) == FRESH


@pytest.mark.parametrize("case", KEPT)
def test_in_doubt_the_words_stay(case):
    assert fresh_words(tidied(KEPT[case])) == KEPT[case]


def test_between_quoted_lines_only_the_first_attribution_goes():
    text = f"{MOZILLA}\n{KEPT['an answer between quoted lines']}"

    assert fresh_words(tidied(text)) == KEPT["an answer between quoted lines"]


@pytest.mark.parametrize("text", ["> seulement\n> une citation", OUTLOOK, "-- \nAlice"])
def test_a_mail_with_nothing_new_is_kept_whole(text):
    assert fresh_words(tidied(text)) == tidied(text)


def test_html_is_brought_to_words_with_its_quote():
    text = text_of_html(QUOTED_HTML)

    assert text.endswith("a écrit :\n> Quelle version ?")
    assert fresh_words(text) == "Bonjour,\nToujours la même erreur."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><script>alert(1)</script><style>p{}</style><p>b</p>", "a\nb"),
        ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("x &lt;script&gt; &amp; y", "x <script> & y"),
        ("<img src=x onerror=alert(1)>rien", "rien"),
        ("<p>été\n   à&nbsp;Paris</p>", "été à Paris"),
        ("<svg><script>alert(1)</script></svg><math><mtext>x", ""),
        ("<!--" * 20_000, ""),
        ("<div>" * 90_000 + "fond", ""),
        ("", ""),
    ],
)
@pytest.mark.timeout(20)
def test_hostile_or_plain_html_gives_its_words(html, text):
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        ("Une phrase \nqui se suit.\nUne autre.", "Une phrase qui se suit.\nUne autre."),
        ("> citée \n> suite\nneuve", "> citée \n> suite\nneuve"),
        ("fin \n-- \nAlice", "fin \n-- \nAlice"),
        (" From là", "From là"),
    ],
)
def test_flowed_text_has_its_paragraphs_on_one_line(flowed, text):
    assert unflowed(flowed) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\x00b\u202ec\u200b", "abc"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a \t\n\n\n\n b", "a\n\n b"),
        ("1\u202f000\u00a0€", "1 000 €"),
        ("\ud83d", ""),
    ],
)
def test_marks_that_deceive_or_break_a_database_go(raw, text):
    assert tidied(raw) == text


@pytest.mark.parametrize(
    "text",
    [
        "On " + "wrote " * 9_000,
        "Le " * 18_000,
        "\n" * 55_000,
        " " * 55_000 + "x",
        "De : x\n" * 8_000,
        "> \n" * 18_000,
        "Disclaimer: " + "a " * 25_000,
        "x\ncordialement" * 4_000,
        "_" * 55_000,
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.timeout(5)
def test_text_made_to_slow_the_patterns_down_does_not(text):
    assert len(fresh_words(tidied(text))) <= len(text)
