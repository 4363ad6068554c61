"""The search: what is found, in which order, and that nothing typed can break it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.care.knowledge import queries
from livret.care.knowledge.tests import factories

pytestmark = pytest.mark.usefixtures("control")
FINANCE = ["finance"]


def slugs(words, *, products=FINANCE, limit=5):
    return [match.slug for match in queries.matching(words, products=products, limit=limit)]


@pytest.fixture
def shelf(control):
    """Four articles that readers see."""
    factories.written(title="Importer un FEC", summary="Le contrôle du fichier.", body="Déposez le fichier.")
    factories.written(
        title="Lire la balance", summary="Soldes par compte.", body="La balance d’un exercice, après l’import."
    )
    factories.written(
        title="Mot de passe perdu", summary="Retrouver l’accès.", body="Demandez un courriel.", product="space"
    )
    factories.written(
        title="Échéance d’une demande",
        summary="Heures «\u00a0ouvrées\u00a0».",
        body="Le cœur du délai : TVA/DSN.",
        product="",
    )


@pytest.mark.usefixtures("shelf")
class TestWhatIsFound:
    @pytest.mark.parametrize(
        ("words", "slug"),
        [
            ("importer ", "importer-un-fec"),
            ("Comment importe-t-on les FEC ? ", "importer-un-fec"),
            ("impor", "importer-un-fec"),
            ("balances ", "lire-la-balance"),
            ("La balance ne s’affiche plus ", "lire-la-balance"),
            ("échéances ", "echeance-dune-demande"),
            ("echeance ", "echeance-dune-demande"),
            ("ÉCHÉANCE ", "echeance-dune-demande"),
            ("eche", "echeance-dune-demande"),
            ("coeur ", "echeance-dune-demande"),
            ("dsn ", "echeance-dune-demande"),
            ("tva", "echeance-dune-demande"),
            ("ouvrées", "echeance-dune-demande"),
            ("'FEC':* | !x", "importer-un-fec"),
        ],
    )
    def test_the_article_meant_comes_first(self, words, slug):
        assert slugs(words)[0] == slug

    @pytest.mark.parametrize("words", ["", "   ", "le la les ", "zzyzx", "&|!:*()", "x" * 20_000, "\x00", "\ud800"])
    def test_words_that_say_nothing_find_nothing(self, words):
        assert slugs(words) == []

    def test_one_word_among_many_is_no_match(self):
        assert slugs("imprimante toner papier bourrage cartouche encre fichier ") == []

    def test_the_title_weighs_more_than_the_text(self):
        assert slugs("import ") == ["importer-un-fec", "lire-la-balance"]

    def test_articles_about_other_products_are_not_found(self):
        assert slugs("mot de passe ") == []
        assert slugs("mot de passe ", products=["space"]) == ["mot-de-passe-perdu"]

    def test_general_articles_are_found_whatever_the_products(self):
        assert slugs("délai ", products=[]) == ["echeance-dune-demande"]

    @pytest.mark.parametrize(("limit", "count"), [(0, 0), (-3, 0), (1, 1), (5, 2), (10**9, 2)])
    def test_no_more_are_found_than_asked(self, limit, count):
        assert len(slugs("import ", limit=limit)) == count


class TestWhatReadersDoNotSee:
    def test_a_draft_is_not_found(self):
        factories.write(title="Brouillon secret")

        assert slugs("secret ") == []

    def test_the_latest_draft_of_a_published_article_is_not_found(self):
        article = factories.written(title="Importer un FEC")
        factories.rewrite(article, after=1, title="Nouveautés secrètes")

        assert slugs("secret ") == []
        assert slugs("importer ") == ["importer-un-fec"]

    def test_a_withdrawn_article_is_not_found(self):
        factories.withdrawn(title="Importer un FEC")

        assert slugs("importer ") == []


class TestHeadline:
    def test_the_words_found_are_marked_in_their_sentence(self):
        factories.written(body="Ouvrez **Finance**, puis validez les brouillons du journal.")
        (match,) = queries.matching("brouillons ", products=FINANCE)

        assert "<mark>brouillons</mark> du journal" in match.headline

    @pytest.mark.parametrize("words", ["echeances ", "ÉCHÉANCE ", "éché"])
    def test_words_are_marked_with_or_without_their_accents(self, words):
        factories.written(body="Lisez l’échéance de la demande.")
        (match,) = queries.matching(words, products=FINANCE)

        assert "l’<mark>échéance</mark> de" in match.headline

    def test_html_in_an_article_stays_words(self):
        factories.written(body="Saisissez `<script>alert(1)</script>` et le brouillon.")
        (match,) = queries.matching("brouillon alert ", products=FINANCE)

        assert "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt; et le <mark>brouillon</mark>." in match.headline

    def test_words_of_the_title_alone_give_no_headline(self):
        factories.written(title="Clôture annuelle", body="Rien de tel ici.")
        (match,) = queries.matching("clôture ", products=FINANCE)

        assert match.headline == ""
        assert match.url == "/espace/connaissances/cloture-annuelle/"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=300) | st.text(alphabet="'\"\\&|!:*()<>%$ aé\x00\ud800", max_size=60))
def test_anything_may_be_typed(shelf, typed):
    assert len(slugs(typed)) <= 5
