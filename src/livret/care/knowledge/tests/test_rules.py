"""Words, versions of the software, and what a plan opens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import library
from livret.care.knowledge.rules.excerpts import WIDTH, excerpt
from livret.care.knowledge.rules.opening import opening_of
from livret.care.knowledge.rules.versions import is_older, is_version
from livret.care.knowledge.rules.words import LONGEST_WORD, MOST_WORDS, Word, words_in

SPRINT, CARE = ("sprint", "2019"), ("care", "2023-09-18")


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("Importer un FEC ", ["importer", "un", "fec"]),
            ("l’écran, l'écran ", ["l", "écran"]),
            ("'balance':* & !(fec | import) <-> \"x\" ", ["balance", "fec", "import", "x"]),
            ("snake_case/FEC-2025 ", ["snake", "case", "fec", "2025"]),
            ("\x00a\x00b\ud800 ", ["a", "b"]),
            ("&|!:*()<> ", []),
            ("", []),
        ],
    )
    def test_only_letters_and_digits_are_words(self, typed, words):
        assert [word.text for word in words_in(typed)] == words

    @pytest.mark.parametrize(
        ("typed", "last"),
        [
            ("importer factur", Word("factur", is_beginning=True)),
            ("importer factures ", Word("factures")),
            ("importer factures.", Word("factures", is_beginning=True)),
            ("importer fa", Word("fa")),
        ],
    )
    def test_the_last_word_may_go_on_until_a_space_ends_it(self, typed, last):
        assert words_in(typed)[-1] == last

    def test_a_word_said_again_at_the_end_is_no_beginning(self):
        assert words_in("balance erreur balance") == (Word("balance"), Word("erreur"))

    @given(st.text(max_size=500))
    def test_any_text_gives_few_short_different_words(self, typed):
        words = [word.text for word in words_in(typed)]

        assert len(set(words)) == len(words) <= MOST_WORDS
        assert all(len(word) <= 2 * LONGEST_WORD and word.isalnum() for word in words)


class TestExcerpts:
    @pytest.mark.parametrize(
        ("text", "stems", "pieces"),
        [
            ("Lire la balance.", ["balanc"], (("Lire la ", False), ("balance", True), (".", False))),
            ("ÉCHÉANCES\n\ntardives", ["echeanc"], (("ÉCHÉANCES", True), (" tardives", False))),
            ("Au cœur", ["coeur"], (("Au ", False), ("cœur", True))),
            ("un une", ["un"], (("un", True), (" une", False))),
            ("rien de tel", ["balanc"], ()),
            ("", ["balanc"], ()),
            ("balance", [], ()),
        ],
    )
    def test_the_words_found_are_told_from_the_others(self, text, stems, pieces):
        assert excerpt(text, stems) == pieces

    def test_the_part_shown_is_where_most_of_the_words_stand(self):
        text = f"Balance. {'loin ' * 100} Importer la balance du fichier. {'loin ' * 100}"
        shown = excerpt(text, ["balanc", "import", "fichi"])

        assert [words for words, is_found in shown if is_found] == ["Importer", "balance", "fichier"]

    @given(st.text(max_size=800), st.lists(st.text(min_size=1, max_size=5), max_size=4))
    def test_what_is_shown_is_a_short_part_of_the_text(self, text, stems):
        shown = "".join(words for words, _is_found in excerpt(text, stems))

        assert shown in " ".join(text.split())
        assert len(shown) <= WIDTH


class TestVersions:
    @pytest.mark.parametrize("text", ["1", "0.1.0", "12.0.3.4"])
    def test_numbers_between_points_are_a_version(self, text):
        assert is_version(text)

    @pytest.mark.parametrize("text", ["", "v1", "1.", "1.2.3.4.5", "1.0rc1", "١.٠", "1\n", "999999"])
    def test_anything_else_is_not(self, text):
        assert not is_version(text)

    @pytest.mark.parametrize(
        ("written", "running", "expected"),
        [
            ("0.1.0", "0.2.0", True),
            ("0.9", "0.10", True),
            ("0.1", "0.1.0", False),
            ("0.1.0", "0.1.0", False),
            ("0.2.0", "0.1.9", False),
            ("1.0", "1.1.0rc2", True),
            ("1.0", "unknown", False),
        ],
    )
    def test_versions_are_compared_number_by_number(self, written, running, expected):
        assert is_older(written, running) is expected


class TestOpening:
    @pytest.mark.parametrize(
        ("booklet", "plan", "clause"),
        [(SPRINT, "connect", "S-13"), (SPRINT, "open", "S-13"), (SPRINT, "private", "S-13"), (CARE, "care", "C-12")],
    )
    def test_every_plan_of_the_booklets_opens_the_knowledge_base_by_its_clause(self, booklet, plan, clause):
        found = opening_of(library()[booklet], plan, ["finance"])

        assert (found.is_open, found.clause, found.products) == (True, clause, {"finance", "space"})

    def test_a_plan_that_the_booklet_does_not_list_opens_nothing(self):
        assert not opening_of(library()[SPRINT], "gold", ["finance"]).is_open
