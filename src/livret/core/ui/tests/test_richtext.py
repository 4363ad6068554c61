"""Rich text: what people wrote is shown as they meant it, and nothing they wrote can act in the page."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from livret.core.ui.richtext import ATTRIBUTES, SCHEMES, TAGS, plain, rendered

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//e.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<a href=\"x\" onclick='alert(1)'>x</a>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://e.example/x.css'</style>",
    "<form action=https://e.example><input name=password></form>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](java&#x73;cript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "<javascript:alert(1)>",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://e.example/1)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](javascript:alert(1))",
    "![x](https://e.example/pixel.png)",
    "![x](data:image/png;base64,AAAA)",
    "![<img src=x onerror=alert(1)>](x)",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://e.example "" onmouseover=alert(1) "")',
    "[x](https://e.example '\" onmouseover=\"alert(1)')",
    "[<b onclick=alert(1)>x</b>](/espace/)",
    "[![x](https://e.example/p.png)](javascript:alert(1))",
    "`<script>`alert(1)`</script>`",
    "```<script>\nalert(1)\n```",
    '``` " onclick="alert(1)\nx\n```',
    "> <script>\n> alert(1)\n> </script>",
    "* <img\n  src=x\n  onerror=alert(1)>",
    "| <svg onload=alert(1)> |\n|-|\n| </table><script>alert(1)</script> |",
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php alert(1) ?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "\x00<scr\x00ipt>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "\ud800<img src=x onerror=alert(1)>\udfff",
]
ENDLESS = ["[", "![", "*a **a ", "> ", "`", "<", "|a", "- ", "_a_*b*", "[a](", "&", "[a]: x\n", "~~a", "(", "# a\n"]


class Reader(HTMLParser):
    """Reads HTML as a browser would and keeps its elements and its text."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, text):
        self.text += text

    @property
    def links(self):
        return [attributes["href"] for tag, attributes in self.elements if "href" in attributes]


def is_harmless(html):
    reader = Reader(html)
    return (
        all(tag in TAGS for tag, _ in reader.elements)
        and all(set(attributes) <= ATTRIBUTES.get(tag, set()) | {"rel"} for tag, attributes in reader.elements)
        and all(urlsplit(link).scheme in {"", *SCHEMES} for link in reader.links)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_gets_through(text):
    assert is_harmless(rendered(text))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("around", ["> {}", "1. {}", "**{}**", "# {}", "~~{}~~", "[{}](/espace/)", "|a|\n|-|\n|{}|"])
def test_nothing_hostile_gets_through_inside_other_marks(text, around):
    assert is_harmless(rendered(around.format(text)))


@given(
    st.lists(st.sampled_from([*HOSTILE, *ENDLESS, "\n", " ", '"', "'", "](", "é", "\u202e"]), max_size=8).map("".join)
)
def test_no_mixture_of_hostile_pieces_gets_through(text):
    assert is_harmless(rendered(text))


@given(st.text())
def test_any_text_at_all_is_rendered_and_harmless(text):
    assert is_harmless(rendered(text))
    assert isinstance(plain(text), str)


@pytest.mark.parametrize("piece", ENDLESS)
def test_twenty_thousand_hostile_characters_are_read_in_short_time(piece):
    started = time.perf_counter()

    rendered(piece * (20_000 // len(piece)))

    assert time.perf_counter() - started < 5


def test_html_is_shown_as_it_was_typed():
    assert Reader(rendered("Le fichier <facture.xml> & co")).text.strip() == "Le fichier <facture.xml> & co"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Un **mot** *fort*", "<p>Un <strong>mot</strong> <em>fort</em></p>"),
        ("~~faux~~", "<p><s>faux</s></p>"),
        ("une\nautre", "<p>une<br>\nautre</p>"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
        ("3. trois", '<ol start="3">\n<li>trois</li>\n</ol>'),
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        ("> dit", "<blockquote>\n<p>dit</p>\n</blockquote>"),
    ],
)
def test_common_marks_are_understood(text, html):
    assert rendered(text).strip() == html


def test_a_column_of_figures_keeps_its_alignment_without_a_style():
    html = rendered("|Compte|Solde|\n|:-|-:|\n|411|10,00|")

    assert '<td data-align="end">10,00</td>' in html
    assert "style" not in html


def test_a_link_inside_the_site_is_not_marked_as_leaving_it():
    assert rendered("[x](/espace/)") == '<p><a href="/espace/" rel="nofollow noopener">x</a></p>\n'


@pytest.mark.parametrize("address", ["https://e.example", "HTTP://e.example", "//e.example", "https:e.example"])
def test_a_link_that_leaves_the_site_says_so(address):
    assert "data-external" in rendered(f"[x]({address})")


def test_a_picture_is_never_fetched_and_its_description_stays():
    assert rendered("Voir ![l’écran *de saisie*](https://e.example/p.png)") == "<p>Voir l’écran de saisie</p>\n"


@pytest.mark.parametrize(
    ("text", "top", "tags"),
    [
        ("# a\n## b", 3, ["h3", "h4"]),
        ("## a\n#### b", 2, ["h2", "h3"]),
        ("###### a", 3, ["h3"]),
        ("# a\n## b\n### c\n#### d", 4, ["h4", "h5", "h6", "h6"]),
        ("# a", 1, ["h2"]),
    ],
)
def test_headings_fit_the_page_around_without_a_gap(text, top, tags):
    assert [tag for tag, _ in Reader(rendered(text, top=top)).elements] == tags


@pytest.mark.parametrize("mark", ["\u202e", "\u202d", "\u2066", "\u2069"])
def test_characters_that_turn_the_text_around_are_left_out(mark):
    assert rendered(f"facture_{mark}fdp.exe") == "<p>facture_fdp.exe</p>\n"


def test_plain_words_keep_neither_marks_nor_addresses():
    text = "# Titre\n\nUn **mot** et [un lien](https://e.example)\nsuite\n\n- ![icône](x.png) point\n\n```\ncode\n```"

    assert plain(text) == "Titre\nUn mot et un lien\nsuite\nicône point\ncode"


def test_the_filter_writes_the_same_inside_its_look():
    html = Template("{% load ui %}{{ text|richtext:2 }}").render(Context({"text": "# <b>\n\nÀ [lire](/x)"}))

    assert html == (
        '<div class="prose"><h2>&lt;b&gt;</h2>\n<p>À <a href="/x" rel="nofollow noopener">lire</a></p>\n</div>'
    )
    assert isinstance(rendered("x"), SafeString)


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "![" * 10_000, "|" + "a|" * 3000 + "\n|" + "-|" * 3000 + "\n" + "|\n" * 4000]
)
def test_marks_made_to_take_long_are_shown_as_typed(text):
    began = time.monotonic()

    shown = rendered(f"<b>\n\n{text}")

    assert shown.startswith("<p>&lt;b&gt;</p>\n<p>" + text[:10])
    assert len(shown) < 3 * len(text)
    assert plain(text)[:10] == text[:10]
    assert time.monotonic() - began < 2
