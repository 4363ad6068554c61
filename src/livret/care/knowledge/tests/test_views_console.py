"""The console: writing with a preview, publishing, withdrawing, and who did what."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from livret.care.knowledge.models import Article
from livret.care.knowledge.tests import factories

LIST, NEW = reverse("knowledge_console:articles"), reverse("knowledge_console:new")
PREVIEW = reverse("knowledge_console:preview")


def url(name, article, *more):
    return reverse(f"knowledge_console:{name}", args=[article.slug, *more])


def typed(**changes):
    return {
        "nonce": str(uuid4()),
        "after": "0",
        "product": "finance",
        "area": "Import",
        "language": "fr",
        "title": "Importer un FEC",
        "summary": "Le contrôle du fichier.",
        "body": "Déposez le **fichier**.",
        "software_version": "0.1.0",
        **changes,
    }


def after_in(answer) -> str:
    return re.search(r'name="after" value="(\d+)"', answer.content.decode()).group(1)


def words_of(answer) -> str:
    return unescape(answer.content.decode())


class TestWriting:
    def test_a_new_article_is_a_draft_that_can_be_published(self, denis, page_of):
        answer = page_of(denis).post(NEW, typed())
        article = Article.objects.get()

        assert answer["Location"] == article.get_console_url()
        assert (article.state, article.product, article.area) == ("draft", "finance", "Import")
        assert "Publier la version 1" in words_of(page_of(denis).get(article.get_console_url()))

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"title": ""}, "obligatoire"),
            ({"body": "***"}, "Ce texte n’affiche rien"),
            ({"body": "x" * 50_001}, "50000"),
            ({"summary": "x" * 301}, "300"),
            ({"software_version": "v2"}, "«\xa0v2\xa0» n’est pas une version"),
            ({"product": "aspirateur"}, "aspirateur"),
            ({"language": "xx"}, "xx"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(self, denis, page_of, changes, message):
        answer = page_of(denis).post(NEW, typed(area="Mon rayon", **changes))

        assert answer.status_code == 422
        assert message in words_of(answer).replace("\u202f", "")
        assert "Mon rayon" in words_of(answer)
        assert not Article.objects.exists()

    def test_the_form_of_the_next_version_starts_from_the_latest(self, denis, page_of):
        article = factories.written(body="Texte d’avant")

        assert "Texte d’avant" in words_of(page_of(denis).get(url("new_version", article)))

    def test_the_second_of_two_writers_keeps_their_text(self, denis, page_of):
        article = factories.write()
        factories.rewrite(article, after=1, title="Du premier")
        answer = page_of(denis).post(url("new_version", article), typed(after="1", body="Du second"))

        assert answer.status_code == 409
        assert "Du second" in words_of(answer)
        assert url("version", article, 2) in words_of(answer)
        assert article.versions.count() == 2

    def test_the_second_of_two_writers_may_then_save_after_the_first(self, denis, page_of):
        article, browser = factories.write(), page_of(denis)
        factories.rewrite(article, after=1, title="Du premier")
        refused = browser.post(url("new_version", article), typed(after="1", body="Du second"))
        browser.post(url("new_version", article), {**typed(body="Du second"), "after": after_in(refused)})

        assert [one.number for one in article.versions.order_by("number")] == [1, 2, 3]

    def test_the_preview_is_what_readers_will_see(self, denis, page_of):
        answer = page_of(denis).post(PREVIEW, {"body": "# Titre\n\n<script>x</script> [a](javascript:x)"})
        shown = answer.content.decode()

        assert "<h3>Titre</h3>" in shown
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


class TestPublishing:
    def test_a_version_is_published_then_withdrawn(self, denis, page_of):
        article, browser = factories.write(), page_of(denis)
        browser.post(url("publication", article), {"number": "1"})
        published = Article.objects.get()
        answer = browser.post(url("withdrawal", article), follow=True)

        assert (published.state, Article.objects.get().state) == ("published", "withdrawn")
        assert [f"Version 1 {done}" in words_of(answer) for done in ("publiée", "retirée")] == [True, True]

    def test_publishing_what_is_published_says_so(self, denis, page_of):
        answer = page_of(denis).post(url("publication", factories.written()), {"number": "1"})

        assert answer.status_code == 409
        assert "Les lecteurs voient déjà la version 1" in words_of(answer)

    def test_withdrawing_a_draft_says_so(self, denis, page_of):
        answer = page_of(denis).post(url("withdrawal", factories.write()))

        assert answer.status_code == 409
        assert "rien à retirer" in words_of(answer)

    @pytest.mark.parametrize(("number", "status"), [("", 422), ("x", 422), ("0", 422), ("9", 404), ("9" * 30, 422)])
    def test_a_version_that_does_not_exist_is_not_published(self, denis, page_of, number, status):
        article = factories.write()

        assert page_of(denis).post(url("publication", article), {"number": number}).status_code == status
        assert Article.objects.get().state == "draft"


class TestPlace:
    def test_an_article_is_moved(self, denis, page_of):
        article = factories.written()
        page_of(denis).post(url("place", article), {"product": "", "area": "Accès", "language": "en"})
        article.refresh_from_db()

        assert (article.product, article.area, article.language) == ("", "Accès", "en")

    def test_an_unknown_product_moves_nothing(self, denis, page_of):
        article = factories.written()
        answer = page_of(denis).post(url("place", article), {"product": "aspirateur", "language": "fr"})

        assert answer.status_code == 422
        assert Article.objects.get().product == "finance"


class TestList:
    @pytest.mark.parametrize(
        ("asked", "titles"),
        [
            ({}, {"Un", "Deux", "Trois"}),
            ({"q": "deu"}, {"Deux"}),
            ({"state": "published"}, {"Trois"}),
            ({"product": "finance"}, {"Un", "Trois"}),
            ({"product": "general"}, {"Deux"}),
            ({"state": "lost", "product": "aspirateur"}, {"Un", "Deux", "Trois"}),
        ],
    )
    def test_the_list_holds_what_the_filters_ask(self, denis, page_of, asked, titles):
        factories.write(title="Un")
        factories.write(title="Deux", product="")
        factories.written(title="Trois")
        shown = words_of(page_of(denis).get(LIST, asked))

        assert {title for title in ("Un", "Deux", "Trois") if f">{title}</a>" in shown} == titles

    def test_the_list_reads_the_database_as_often_for_many_articles(self, denis, page_of, knowledge_queries):
        browser = page_of(denis)
        factories.written()
        few = knowledge_queries(lambda: browser.get(LIST))
        [factories.written() for _ in range(12)]

        assert knowledge_queries(lambda: browser.get(LIST)) == few <= 3
