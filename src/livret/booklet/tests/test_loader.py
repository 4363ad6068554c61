import re

import pytest

from livret.booklet import Absent, latest, library, load, load_folder
from livret.booklet.data import default_folder
from livret.booklet.listing import ChangeKind, EntryKind, diff, entries_of_clause, entry, values
from livret.kernel.errors import BadData

SPRINT, CARE = latest("sprint"), latest("care")
TEXT = (default_folder() / "care" / "2023-09-18.toml").read_text(encoding="utf-8")


def loaded(tmp_path, text):
    path = tmp_path / "care.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        ("initial = { value = 36,", 'initial = { value = "36",', "terms.initial.value", "wants a whole number"),
        ("initial = { value = 36,", "initial = { value = 36.0,", "terms.initial.value", "wants a whole number"),
        ("initial = { value = 36,", "initial = { value = true,", "terms.initial.value", "wants a whole number"),
        ("initial = { value = 36,", "initial = { value = 0,", "terms.initial.value", "wants 1 to 1200, got 0"),
        ("initial = { value = 36,", "initial = { value = -36,", "terms.initial.value", "wants 1 to 1200"),
        ("initial = { value = 36,", "initial = { valeur = 36,", "terms.initial", "lacks value"),
        ("initial = { value = 36,", "initial = { value = 36, x = 1,", "terms.initial", "has unknown x"),
        ("initial = { value = 36,", "first = { value = 36,", "terms", "lacks initial"),
        ("initial = { value = 36,", "more = 3\ninitial = { value = 36,", "terms", "has unknown more"),
        (', clause = "C-20", en = "First term"', ', en = "First term"', "terms.initial", "lacks clause"),
        ('clause = "C-20", en = "First term"', 'clause = "C-99", en = "First term"', "terms.initial.clause", "C-99"),
        ('en = "First term"', 'en = " "', "terms.initial.en", "wants a text"),
        ('id = "C-21"', 'id = "C-20"', "clause[20]", "stands twice"),
        ('id = "C-21"', 'id = "21"', "clause[20]", "a clause id is"),
        ('key = "first_invoice"', 'key = "free_questions"', "rule[24]", "stands twice"),
        ('value = "99/100"', 'value = "101/100"', "availability.target.value", "up to 1"),
        ('value = "99/100"', 'value = "0/100"', "availability.target.value", "above 0"),
        ('value = "99/100"', 'value = "99/0"', "availability.target.value", "wants a fraction"),
        ('value = "99/100"', "value = 0.99", "availability.target.value", "wants a fraction"),
        ('["production"]', '["production", "production"]', "availability.environments.value", "twice"),
        ('["production"]', "[]", "availability.environments.value", "wants a list"),
        ('["production"]', '["staging"]', "availability.environments.value", "wants one of production, test"),
        ("value = 2023-09-18", 'value = "2023-09-18"', "scope.in_force_from.value", "wants a day"),
        ("value = 2023-09-18", "value = 2023-09-18T00:00:00Z", "scope.in_force_from.value", "wants a day"),
        ('mon = [["09:00", "17:00"]]', 'mon = [["17:00", "09:00"]]', "support.hours.value", "must follow one another"),
        ('mon = [["09:00", "17:00"]]', 'lundi = [["09:00", "17:00"]]', "support.hours.value", "unknown day lundi"),
        ('zone = "Europe/Paris"', 'zone = "Paris"', "maintenance.window.value", "unknown time zone"),
        ('zone = "Europe/Paris"', "zone = 1", "maintenance.window.value", "zone wants a name"),
        ('holidays = "open"', 'holidays = "off"', "maintenance.window.value", "holidays wants one of"),
        ('holidays = "open"', "holidays = []", "maintenance.window.value", "holidays wants one of"),
        ('value = "closing"', 'value = "opening"', "readings.target_end.value", "wants one of closing"),
        (
            'options = ["closing", "next_opening"]',
            'options = ["next_opening"]',
            "readings.target_end.value",
            "not among",
        ),
        ('options = ["closing", "next_opening"]', "options = []", "readings.target_end.options", "wants a list"),
        ('options = ["closing", "next_opening"]', 'options = ["closing", "closing"]', "readings.target_end", "twice"),
        ("critique = { value", "Critique = { value", "support.pick_up.Critique", "lower case"),
        (
            "shared_space = { value = 5, ",
            'shared_space = { absent = "anyone", ',
            "documents.shared_space.absent",
            "nobody",
        ),
        ("years = { value = 3, ", 'years = { absent = "nobody", ', "history.years", "cannot be absent"),
        ("years = { value = 3, clause", "years = 3 #", "history.years", "wants a table"),
        ('id = "care"', 'id = "Care!"', "id", "lower-case"),
        ('id = "care"', "id = 3", "id", "wants a text"),
        ("[options]", "[option]", "file", "lacks options"),
        ("[[rule]]", "[[rules]]", "file", "has unknown rules"),
        ('title_en = "Hosting"', 'title_en = "Hosting"\nnote = "x"', "clause[6]", "has unknown note"),
        ("[terms]", "[terms", "file", "is not TOML"),
    ],
)
def test_bad_data_is_refused_with_its_key_and_the_reason(tmp_path, old, new, where, reason):
    assert old in TEXT

    with pytest.raises(BadData) as refusal:
        loaded(tmp_path, TEXT.replace(old, new, 1))

    assert refusal.value.source.endswith("care.toml")
    assert where in refusal.value.where
    assert reason in refusal.value.reason


def test_a_clause_that_founds_nothing_is_refused(tmp_path):
    alone = re.sub(r"\[\[rule\]\]\nkey = \"secured_hosting\".*?\n\n", "", TEXT, flags=re.S)

    with pytest.raises(BadData, match="C-7: no value, reading or rule cites it"):
        loaded(tmp_path, alone)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a = ", b"[" * 5000])
def test_a_file_that_is_no_booklet_is_refused(tmp_path, content):
    path = tmp_path / "care.toml"
    path.write_bytes(content)

    with pytest.raises(BadData, match="file"):
        load(path)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(BadData, match="cannot be read"):
        load(tmp_path / "none.toml")
    with pytest.raises(BadData, match="holds no"):
        load_folder(tmp_path)


def test_a_booklet_in_the_place_of_another_is_refused(tmp_path):
    (tmp_path / "care").mkdir()
    (tmp_path / "care" / "2024.toml").write_text(TEXT, encoding="utf-8")

    with pytest.raises(BadData, match="lies at care/2024"):
        load_folder(tmp_path)


def test_the_library_holds_both_booklets_once():
    assert list(library()) == [("care", "2023-09-18"), ("sprint", "2019")]
    assert library() is library()


def test_an_unknown_booklet_has_no_latest_version():
    with pytest.raises(KeyError):
        latest("none")


@pytest.mark.parametrize(("booklet", "letter", "count"), [(SPRINT, "S", 14), (CARE, "C", 21)], ids=["sprint", "care"])
def test_every_clause_is_there_and_founds_something(booklet, letter, count):
    assert list(booklet.clauses) == [f"{letter}-{n}" for n in range(1, count + 1)]
    assert all(entries_of_clause(booklet, clause) for clause in booklet.clauses)


@pytest.mark.parametrize("booklet", [SPRINT, CARE], ids=str)
def test_every_value_names_itself_in_both_languages_and_every_figure_its_clause(booklet):
    entries = values(booklet)

    assert len({entry.key for entry in entries}) == len(entries)
    assert all(entry.en and entry.fr for entry in entries)
    assert [entry for entry in entries if entry.clause is None and entry.kind is not EntryKind.ABSENT] == []


@pytest.mark.parametrize("booklet", [SPRINT, CARE], ids=str)
def test_french_texts_use_typographic_apostrophes_and_spaces(booklet):
    texts = [entry.fr for entry in values(booklet)] + [clause.fr for clause in booklet.clauses.values()]

    assert [text for text in texts if re.search(r"'| [;:?!»]|« ", text)] == []


FIGURES = [
    (SPRINT, "scope.ceilings.finance.entries", "2000000", "S-4"),
    (SPRINT, "history.years", "5", "S-4"),
    (SPRINT, "support.pick_up_share", "3/4", "S-13"),
    (SPRINT, "dsn.guaranteed_before_deadline", "12", "S-12"),
    (SPRINT, "backups.oldest_day_back", "7", "S-7"),
    (CARE, "backups.oldest_day_back", "45", "C-9"),
    (CARE, "history.years", "3", "C-4"),
    (CARE, "learning.pass_mark", "7/10", "C-15"),
    (CARE, "terms.notice", "6", "C-20"),
    (CARE, "documents.shared_space", "5", "C-4"),
    (CARE, "support.phone", "0826 888 488", "C-14"),
    (CARE, "scope.in_force_from", "2023-09-18", "C-2"),
]


@pytest.mark.parametrize(("booklet", "key", "written", "clause"), FIGURES)
def test_a_figure_stands_as_its_clause_says(booklet, key, written, clause):
    found = entry(booklet, key)

    assert (found.written(), found.clause) == (written, clause)


def test_what_a_booklet_does_not_say_is_absent_and_not_invented():
    assert isinstance(SPRINT.support.hours, Absent)
    assert isinstance(CARE.support.pick_up_share, Absent)


@pytest.mark.parametrize("booklet", [SPRINT, CARE], ids=str)
def test_a_booklet_does_not_differ_from_itself(booklet):
    assert diff(booklet, booklet) == ()


def test_the_difference_of_two_booklets_is_that_of_the_way_back():
    there, back = diff(SPRINT, CARE), diff(CARE, SPRINT)

    assert {change.key for change in there} == {change.key for change in back}
    assert {change.key: change.before for change in there} == {change.key: change.after for change in back}


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("history.years", ChangeKind.CHANGED),
        ("terms.notice", ChangeKind.ADDED),
        ("support.pick_up_share", ChangeKind.REMOVED),
        ("scope.ceilings.hr.payslips", ChangeKind.REMOVED),
    ],
)
def test_a_change_says_whether_a_value_comes_goes_or_differs(key, kind):
    assert {change.key: change.kind for change in diff(SPRINT, CARE)}[key] is kind


def test_a_value_that_stays_is_no_change():
    assert "support.action_plan" not in {change.key for change in diff(SPRINT, CARE)}


def test_an_unknown_key_has_no_entry():
    with pytest.raises(KeyError):
        entry(CARE, "terms.none")
