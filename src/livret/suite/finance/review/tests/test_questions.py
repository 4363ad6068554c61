"""Questions on entries: who asks, who answers, what stays."""

import re

import pytest
from django.db import ProgrammingError, transaction

from livret.core.tenancy.context import current_alias, inside
from livret.suite.finance.closing.tests.factories import posted, two_years
from livret.suite.finance.models import Entry
from livret.suite.finance.review.models import Message, Question
from livret.suite.finance.review.services.questions import NotAsked, ask_question, close_question, reply
from livret.suite.finance.tests.factories import ALICE, AT
from livret.suite.finance.tests.stage import actor


@pytest.fixture
def entry(environment, cast):
    with inside(environment.place):
        former, _following = two_years()
        return posted(former, ("616000", 12_000), ("512000", -12_000), label="Assurance")


@pytest.fixture
def root(environment, entry):
    return f"/e/{environment.slug}/comptabilite/732829320/revision/"


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def asked(environment, entry, cast, who="bob"):
    with inside(environment.place):
        return ask_question(entry, text="Quel contrat ?", by=actor(cast[who]), at=AT)


def test_an_answer_by_another_answers_and_one_by_the_asker_asks_again(environment, entry, cast):
    question = asked(environment, entry, cast)
    with inside(environment.place):
        answered = reply(question, text="Le contrat flotte.", by=actor(cast["alice"]), at=AT)
        asked_again = reply(question, text="Et la TVA ?", by=actor(cast["bob"]), at=AT)

        assert (answered.state, asked_again.state) == ("answered", "open")
        assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == ["question", "answer", "question"]


def test_a_closed_question_opens_again_with_the_next_words(environment, entry, cast):
    question = asked(environment, entry, cast)
    with inside(environment.place):
        close_question(question, by=ALICE, at=AT)
        with pytest.raises(NotAsked):
            close_question(question, by=ALICE, at=AT)

        assert reply(question, text="Encore ceci", by=actor(cast["bob"]), at=AT).state == "open"


@pytest.mark.parametrize(("text", "position"), [("  ", None), ("Quoi ?", 3), ("Quoi ?", 0)])
def test_a_question_says_something_of_a_line_that_is_there(environment, entry, text, position):
    with inside(environment.place), pytest.raises(NotAsked):
        ask_question(entry, text=text, position=position, by=ALICE, at=AT)


def test_what_was_said_is_never_changed(environment, entry, cast):
    asked(environment, entry, cast)

    refused = pytest.raises(ProgrammingError, match="permission denied")
    with inside(environment.place), refused, transaction.atomic(using=current_alias()):
        Message.objects.update(text="autre")


def test_somebody_who_reads_asks_about_a_line_and_alice_answers(browse, environment, entry, root, cast):
    bob = browse("bob")
    form = {"position": "1", "assigned": str(cast["alice"].person_id), "text": "Quel contrat ?"}
    page = bob.post(f"{root}ecritures/{entry.pk}/question/", form, follow=True)
    alice = browse("alice")
    alice.post(page.request["PATH_INFO"], {"text": "Le contrat flotte."})

    shown = text_of(browse("bob").get(page.request["PATH_INFO"]))

    assert "Le contrat flotte." in shown
    assert "616000" in shown
    assert "512000" not in shown
    with inside(environment.place):
        assert Question.objects.get().assigned_name == "Alice"


@pytest.mark.parametrize(
    ("query", "count"), [("", 1), ("state=open", 1), ("state=closed", 0), ("state=x", 1), ("person=%s", 1)]
)
def test_the_list_is_filtered_by_state_and_person(browse, environment, entry, root, cast, query, count):
    asked(environment, entry, cast)

    page = browse().get(f"{root}?{query.replace('%s', str(cast['bob'].person_id))}")

    assert len(page.context["rows"]) == count


def test_a_question_waits_on_the_home_page_until_it_is_answered(browse, environment, entry, root, cast):
    question = asked(environment, entry, cast)
    home = root.removesuffix("revision/")
    told = "1 question attend une réponse"

    before = [told in text_of(browse(name).get(home)) for name in ("alice", "bob")]
    with inside(environment.place):
        reply(question, text="Le contrat flotte.", by=actor(cast["alice"]), at=AT)

    assert before == [True, False]
    assert told not in text_of(browse("alice").get(home))


def test_the_panel_of_an_entry_is_a_part_for_htmx_and_a_page_without(browse, environment, entry, root, cast):
    asked(environment, entry, cast)
    address = f"{root}ecritures/{entry.pk}/"

    part = browse().get(address, headers={"HX-Request": "true"}).content.decode()
    page = browse().get(address).content.decode()

    assert "<html" not in part
    assert "Quel contrat ?" in part
    assert "<html" in page


def test_only_the_asker_or_whoever_validates_closes(browse, environment, entry, root, cast):
    question = asked(environment, entry, cast)
    address = f"{root}questions/{question.pk}/cloture/"

    assert browse("rose").post(address).status_code == 403
    assert browse("bob").post(address).status_code == 302


def test_an_empty_answer_comes_back_with_its_fault(browse, environment, entry, root, cast):
    question = asked(environment, entry, cast)

    assert browse().post(f"{root}questions/{question.pk}/", {"text": " "}).status_code == 422
    with inside(environment.place):
        assert Message.objects.count() == 1
        assert Entry.objects.count() == 1
