"""Writing, publishing, withdrawing, and what readers think."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from livret.care.knowledge import queries, services
from livret.care.knowledge.models import Article, ArticleVersion, Opinion
from livret.care.knowledge.tests import factories
from livret.care.knowledge.tests.factories import WRITER
from livret.clients.tests import factories as people
from livret.core.audit import queries as audit

pytestmark = pytest.mark.usefixtures("control")
NOW = people.NOW


def acts(article):
    found = audit.search(client_plane=False).filter(object_type="knowledge.article", object_id=str(article.pk))
    return [(act.action.rpartition(".")[2], act.actor_name) for act in found.order_by("pk")]


class TestWriting:
    def test_a_new_article_is_a_draft_with_its_first_version(self):
        article = factories.write()

        assert (article.state, article.current, article.last_number) == ("draft", None, 1)
        assert acts(article) == [("written", "Denis")]

    def test_the_words_of_a_version_are_kept_for_the_search(self):
        article = factories.write(body="## Titre\n\nUn [lien](https://e.example) **fort**")

        assert article.versions.get().text == "Titre\nUn lien fort"

    def test_two_articles_of_the_same_title_have_two_addresses(self):
        slugs = [factories.write(title="Lire la balance").slug for _ in range(3)]

        assert slugs == ["lire-la-balance", "lire-la-balance-2", "lire-la-balance-3"]

    @pytest.mark.parametrize(
        ("title", "slug"), [("Proposées", "proposees-2"), ("???", "article"), ("é" * 150, "e" * 70)]
    )
    def test_any_title_makes_a_free_address(self, title, slug):
        assert factories.write(title=title).slug == slug

    def test_a_form_sent_twice_writes_once(self):
        nonce = uuid4()
        first, second = factories.write(nonce=nonce), factories.write(nonce=nonce)

        assert first == second
        assert ArticleVersion.objects.count() == 1

    def test_of_two_writers_the_second_learns_who_was_first(self):
        article = factories.write()
        factories.rewrite(article, after=1, title="Premier")

        with pytest.raises(services.WrittenMeanwhile) as refusal:
            factories.rewrite(article, after=1, title="Second")

        assert (refusal.value.latest.number, refusal.value.latest.title) == (2, "Premier")
        assert article.versions.count() == 2

    def test_moving_an_article_says_where_it_stood(self):
        article = services.place_article(factories.write(), services.Place("hr", "Paie", "en"), by=WRITER, now=NOW)

        assert (article.product, article.area, article.language) == ("hr", "Paie", "en")
        assert acts(article)[-1] == ("placed", "Denis")


class TestPublishing:
    def test_readers_keep_the_version_they_see_until_the_next_is_published(self):
        article = factories.written(title="Avant")
        factories.rewrite(article, after=1, title="Après")
        seen_before = queries.published(["finance"]).get().current.title
        factories.publish(article, number=2)

        assert (seen_before, queries.published(["finance"]).get().current.title) == ("Avant", "Après")

    def test_an_earlier_version_may_be_put_back(self):
        article = factories.written(title="Avant")
        factories.rewrite(article, after=1, title="Après")
        factories.publish(article, number=2)
        factories.publish(article, number=1)

        assert queries.published(["finance"]).get().current.title == "Avant"

    def test_the_same_version_is_not_published_twice(self):
        article = factories.written()

        with pytest.raises(services.AlreadyPublished):
            factories.publish(article)

    def test_a_withdrawn_article_keeps_its_versions_and_may_come_back(self):
        article = factories.written()
        services.withdraw(article, by=WRITER, now=NOW)
        gone = list(queries.published(["finance"]))
        factories.publish(article)

        assert gone == []
        assert queries.published(["finance"]).get() == article
        assert acts(article) == [("written", "Denis"), *[(verb, "Denis") for verb in ("published", "withdrawn")],
                                 ("published", "Denis")]  # fmt: skip

    def test_what_is_not_published_cannot_be_withdrawn(self):
        with pytest.raises(services.NotPublished):
            services.withdraw(factories.write(), by=WRITER, now=NOW)


class TestOpinions:
    def test_a_person_is_counted_once_by_their_latest_answer(self, bob, alice):
        article = factories.written()
        services.give_opinion(article, account=bob, is_useful=True, now=NOW)
        services.give_opinion(article, account=bob, is_useful=False, now=NOW)
        services.give_opinion(article, account=alice, is_useful=True, now=NOW)

        assert queries.opinions(article) == {"useful": 1, "useless": 1}

    def test_a_draft_cannot_be_judged(self, bob):
        with pytest.raises(services.NotPublished):
            services.give_opinion(factories.write(), account=bob, is_useful=True, now=NOW)


class TestWhatIsNeverFalse:
    @pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
    def test_the_application_may_not_change_a_version(self, right):
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege(current_user, 'knowledge_articleversion', %s)", [right])

            assert cursor.fetchone() == (False,)

    @pytest.mark.parametrize(
        ("changes", "name"),
        [
            ({"state": "published", "current": None}, "article_published_has_a_version"),
            ({"state": "withdrawn"}, "article_published_has_a_version"),
            ({"state": "lost", "current": None}, "article_state_is_known"),
            ({"language": "xx"}, "article_language_is_known"),
        ],
    )
    def test_an_article_is_published_exactly_when_readers_see_a_version(self, changes, name):
        article = factories.written()

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Article.objects.filter(pk=article.pk).update(**changes)

    def test_a_second_opinion_of_a_person_is_refused(self, bob):
        article = factories.written()
        facts = {"article": article, "version": article.current, "account": bob, "given_at": NOW}
        Opinion.objects.create(is_useful=True, **facts)

        with pytest.raises(IntegrityError, match="article_opinion_once_by_person"), transaction.atomic():
            Opinion.objects.create(is_useful=False, **facts)
