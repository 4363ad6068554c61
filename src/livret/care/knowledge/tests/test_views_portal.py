"""The customer space: searching, reading, saying whether it was useful, and what is proposed while typing."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from livret.care.knowledge import queries
from livret.care.knowledge.models import Opinion
from livret.care.knowledge.tests import factories
from livret.care.knowledge.wording import running_version
from livret.clients.models import Contract

LIST, PROPOSED = reverse("knowledge:articles"), reverse("knowledge:proposed")


def words_of(answer) -> str:
    return unescape(answer.content.decode())


def opinion_url(article) -> str:
    return reverse("knowledge:opinion", args=[article.slug])


class TestList:
    def test_articles_stand_under_their_product(self, bob, page_of):
        factories.written(title="Importer un FEC")
        factories.written(title="Prévenir une panne", product="")
        shown = words_of(page_of(bob).get(LIST))

        assert shown.index("Tous les produits") < shown.index("Prévenir une panne")
        assert shown.index(">Finance</h2>") < shown.index("Importer un FEC")

    def test_the_clause_that_opens_the_room_is_cited(self, bob, page_of):
        assert "/livret/sprint/2019/#S-13" in words_of(page_of(bob).get(LIST))

    def test_another_booklet_cites_its_own_clause(self, chloe, page_of):
        assert "/livret/care/2023-09-18/#C-12" in words_of(page_of(chloe).get(LIST))

    def test_products_that_the_contract_does_not_hold_are_not_listed(self, bob, page_of):
        article = factories.written(title="Bulletin de paie", product="hr")
        listed = words_of(page_of(bob).get(LIST))

        assert "Bulletin de paie" not in listed
        assert page_of(bob).get(article.get_absolute_url()).status_code == 404

    def test_a_search_shows_what_holds_the_words(self, bob, page_of):
        factories.written(title="Importer un FEC")
        factories.written(title="Lire la balance", summary="Soldes.", body="Rien d’autre.")
        shown = words_of(page_of(bob).get(LIST, {"q": "fec"}))

        assert "Importer un FEC" in shown
        assert "Lire la balance" not in shown

    @pytest.mark.parametrize("words", ["zzyzx", "<script>alert(1)</script>", "'); DROP TABLE x;--", "& | !"])
    def test_a_search_that_finds_nothing_offers_to_file_a_request(self, bob, page_of, words):
        answer = page_of(bob).get(LIST, {"q": words})

        assert answer.status_code == 200
        assert "Aucun article ne correspond" in words_of(answer)
        assert reverse("support:new") in words_of(answer)
        assert "<script>alert" not in answer.content.decode()

    @pytest.mark.parametrize("words", ["x" * 20_000, "a\x00b"])
    def test_words_that_cannot_be_read_are_said_to_be_wrong(self, bob, page_of, words):
        answer = page_of(bob).get(LIST, {"q": words})

        assert answer.status_code == 200
        assert "field__error" in words_of(answer)

    def test_without_contract_the_page_says_so(self, sacha, page_of):
        assert "n’a pas de contrat en vigueur" in words_of(page_of(sacha).get(LIST))

    def test_a_plan_without_the_room_says_so(self, bob, page_of):
        Contract.objects.update(plan="gold")
        article = factories.written(product="")
        pages = [words_of(page_of(bob).get(url)) for url in (LIST, article.get_absolute_url())]

        assert ["ne comprend pas la base de connaissances" in page for page in pages] == [True, True]
        assert page_of(bob).post(opinion_url(article), {"is_useful": "yes"}).status_code == 404


class TestArticle:
    def test_readers_see_the_published_version_rendered(self, bob, page_of):
        article = factories.written(body="# Avant\n\nDu **gras** et <b>des balises</b>.")
        factories.rewrite(article, after=1, body="Plus tard")
        shown = page_of(bob).get(article.get_absolute_url()).content.decode()

        assert "<h2>Avant</h2>" in shown
        assert "<strong>gras</strong> et &lt;b&gt;" in shown
        assert "Plus tard" not in shown

    @pytest.mark.parametrize("made", [factories.write, factories.withdrawn])
    def test_what_is_not_published_does_not_exist_for_readers(self, bob, page_of, made):
        assert page_of(bob).get(made().get_absolute_url()).status_code == 404

    def test_an_article_for_an_earlier_version_says_so(self, bob, page_of):
        article = factories.written(software_version="0.0.9")

        assert "décrit la version 0.0.9" in words_of(page_of(bob).get(article.get_absolute_url()))

    def test_an_article_for_the_version_that_runs_says_nothing_of_it(self, bob, page_of):
        article = factories.written(software_version=running_version())

        assert "version antérieure" not in words_of(page_of(bob).get(article.get_absolute_url()))

    def test_an_article_in_english_is_read_as_english(self, bob, page_of):
        article = factories.written(title="Import a FEC", language="en")

        assert '<article lang="en">' in page_of(bob).get(article.get_absolute_url()).content.decode()

    def test_a_request_may_be_filed_from_the_article(self, bob, page_of):
        article = factories.written(title="Importer un FEC")

        assert reverse("support:new") + "?article=importer-un-fec" in words_of(
            page_of(bob).get(article.get_absolute_url())
        )


class TestOpinion:
    def test_an_answer_is_counted_once_and_may_change(self, bob, page_of):
        article = factories.written()
        browser = page_of(bob)
        browser.post(opinion_url(article), {"is_useful": "yes"})
        answer = browser.post(opinion_url(article), {"is_useful": "no"}, follow=True)

        assert queries.opinions(article) == {"useful": 0, "useless": 1}
        assert "Vous ne l’avez pas trouvé utile" in words_of(answer)

    @pytest.mark.parametrize("said", [{}, {"is_useful": "perhaps"}])
    def test_an_answer_that_says_nothing_is_not_counted(self, bob, page_of, said):
        article = factories.written()
        answer = page_of(bob).post(opinion_url(article), said)

        assert answer["Location"] == article.get_absolute_url()
        assert not Opinion.objects.exists()

    def test_an_article_one_may_not_read_cannot_be_judged(self, bob, page_of):
        article = factories.written(product="hr")

        assert page_of(bob).post(opinion_url(article), {"is_useful": "yes"}).status_code == 404


class TestProposed:
    @pytest.mark.parametrize("field", ["words", "subject", "context", "error_message"])
    def test_what_is_typed_in_a_request_proposes_articles(self, bob, page_of, field):
        factories.written(title="Importer un FEC")
        answer = page_of(bob).get(PROPOSED, {field: "Mon import de FEC est refusé"})

        assert "/espace/connaissances/importer-un-fec/" in words_of(answer)
        assert "<html" not in words_of(answer)

    @pytest.mark.parametrize("typed", [{}, {"words": ""}, {"words": "zzyzx"}, {"words": "\x00&|"}])
    def test_nothing_is_shown_when_nothing_matches(self, bob, page_of, typed):
        factories.written()

        assert page_of(bob).get(PROPOSED, typed).content.strip() == b""

    def test_at_most_five_are_proposed(self, bob, page_of):
        slugs = [factories.written(title=f"Importer un FEC {number}").slug for number in range(7)]
        shown = words_of(page_of(bob).get(PROPOSED, {"words": "importer FEC"}))

        assert sum(f"/{slug}/" in shown for slug in slugs) == 5

    def test_without_contract_nothing_is_proposed(self, sacha, page_of):
        factories.written(product="")

        assert page_of(sacha).get(PROPOSED, {"words": "importer"}).content.strip() == b""
