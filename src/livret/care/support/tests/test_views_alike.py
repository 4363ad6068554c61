"""The customer space: the open requests that look like what a person is typing."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from livret.care.support import services
from livret.care.support.tests import factories
from livret.care.support.tests.factories import paris
from livret.clients.actors import actor_of

ALIKE = reverse("support:alike")


def words_of(answer) -> str:
    return unescape(answer.content.decode())


class TestAlike:
    def test_open_requests_of_theirs_that_look_alike_are_shown(self, care, bob, page_of):
        request = factories.file(bob)

        assert request.number in words_of(page_of(bob).get(ALIKE, {"subject": "la balance de mars ne sort plus"}))

    @pytest.mark.parametrize("words", ["", "la", "facture perdue", "'; DROP TABLE", "& | !", "a\x00b"])
    def test_words_of_something_else_show_nothing(self, care, bob, page_of, words):
        factories.file(bob)

        assert words_of(page_of(bob).get(ALIKE, {"subject": words})).strip() == ""

    def test_one_word_in_common_is_not_enough_in_a_sentence(self, care, bob, page_of):
        factories.file(bob)

        assert words_of(page_of(bob).get(ALIKE, {"subject": "balance carrée imprimée couleur"})).strip() == ""

    def test_those_of_a_colleague_are_not_told(self, care, alice, bob, page_of):
        factories.file(alice)

        assert words_of(page_of(bob).get(ALIKE, {"subject": "balance affichée"})).strip() == ""

    def test_a_closed_one_is_not_told(self, care, bob, page_of):
        request = factories.file(bob)
        services.withdraw(request, by=actor_of(bob), now=paris(2, 15, 30))

        assert words_of(page_of(bob).get(ALIKE, {"subject": "balance affichée"})).strip() == ""
