"""The documentation tells the truth: links lead somewhere, commands exist, settings and columns are all listed."""

import re

import click
import pytest
from django.apps import apps
from django.db import models
from docs import generate

from livret.cli.main import livret
from tests.consistency import reading
from tests.consistency.messages import ROOT, catalogues

PAGES = reading.pages()
SETTINGS = ROOT / "docs" / "reference" / "settings.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
PERSONAL_DATA = ROOT / "docs" / "reference" / "personal-data.md"
QUOTED = [(page, words) for page in PAGES for words in reading.commands(page)]
LINKS = [(page, target) for page in PAGES for target in reading.links(page)]
NAMING = ("name", "mail", "address", "phone", "iban", "bic", "nir", "birth", "salary", "device", "user_agent")


def short(value):
    words = value if isinstance(value, list) else [str(value).removeprefix(f"{ROOT}/")]
    return " ".join(words)[:60]


def test_there_are_links_and_commands_to_check():
    assert len(LINKS) > 40
    assert len(QUOTED) > 20


@pytest.mark.parametrize(("page", "target"), LINKS, ids=short)
def test_each_link_leads_to_a_file_and_a_title(page, target):
    path, _, anchor = target.partition("#")
    found = (page.parent / path).resolve() if path else page

    assert found.exists()
    assert found.is_relative_to(ROOT)
    assert not anchor or anchor in reading.anchors(found)


def parsed(words):
    """Return the command that *words* call, with the words left for it, its context and what they give it."""
    command, context, rest = livret, None, list(words)
    while True:
        context = click.Context(command, info_name=command.name, parent=context)
        own, (values, rest, _order) = rest, command.make_parser(context).parse_args(list(rest))
        if not isinstance(command, click.Group) or not rest:
            return command, own, context, values
        _name, command, rest = command.resolve_command(context, rest)


def wrong_values(words):
    """Yield what is missing; click refuses what it does not know. A command named alone is only mentioned."""
    command, own, context, values = parsed(words)
    for parameter in command.params:
        value = values.get(parameter.name)
        is_given = value not in (None, ()) and not parameter.value_is_missing(value)
        if own and parameter.required and not is_given:
            yield f"{parameter.name} is missing"
        if is_given and isinstance(parameter.type, click.Choice | click.IntRange):
            parameter.type_cast_value(context, value)


@pytest.mark.parametrize(("page", "words"), QUOTED, ids=short)
def test_each_command_quoted_exists_with_these_options(page, words):
    assert not list(wrong_values(words))


@pytest.mark.parametrize(
    "words",
    [["booklet", "sell"], ["serve", "--colour"], ["environment", "create", "a", "b", "--kind", "toy"]],
    ids=" ".join,
)
def test_a_command_that_does_not_exist_is_found_out(words):
    with pytest.raises(click.UsageError):
        list(wrong_values(words))


def test_a_missing_argument_is_found_out():
    assert list(wrong_values(["environment", "restore", "dupont"])) == ["source is missing"]


def test_the_page_of_commands_is_what_the_commands_say():
    written = generate.COMMAND_LINE.read_text(encoding="utf-8")

    assert written == generate.command_line(), "run .venv/bin/python docs/generate.py"


PRODUCT = [
    file for file in (ROOT / "src").rglob("*.py") if "tests" not in file.parts and file.name != "settings_test.py"
]
TESTS = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "src").rglob("tests/**/*.py"), ROOT / "conftest.py"]


def settings_under(title):
    return {cells[0]: cells[1] for cells in reading.rows(SETTINGS, title)}


def test_every_variable_that_the_product_reads_is_listed_and_no_other():
    assert settings_under("For whoever runs Livret").keys() == reading.variables_named(PRODUCT)


def test_each_default_is_the_one_of_the_code():
    stated, listed = reading.defaults_stated(PRODUCT), settings_under("For whoever runs Livret")

    assert stated
    assert {name: listed[name] for name in stated} == stated


def test_every_variable_that_only_tests_read_is_listed():
    ours = reading.variables_asked_for(TESTS) - reading.variables_named(PRODUCT)

    assert ours
    assert ours <= settings_under("For whoever works on Livret").keys()


def columns():
    """Every column of every table, with its field."""
    return {
        f"{model._meta.db_table}.{field.column}": field for model in apps.get_models() for field in fields_of(model)
    }


def fields_of(model):
    return [field for field in model._meta.local_fields if field.column]


def may_hold_a_person(name, field):
    if isinstance(field, models.EmailField | models.GenericIPAddressField):
        return True
    words = name.partition(".")[2]
    return isinstance(field, models.CharField | models.TextField) and any(word in words for word in NAMING)


def listed_columns(title):
    return [column for cells in reading.rows(PERSONAL_DATA, title) for column in cells[0].split("`, `")]


def test_every_column_that_may_name_a_person_is_listed_or_told_apart():
    suspects = {name for name, field in columns().items() if may_hold_a_person(name, field)}
    said = {*listed_columns("Columns that hold personal data"), *listed_columns("Columns that look like it and do not")}

    assert suspects
    assert not suspects - said


@pytest.mark.parametrize("title", ["Columns that hold personal data", "Columns that look like it and do not"])
def test_each_listed_column_exists_and_is_listed_once(title):
    listed = listed_columns(title)

    assert listed
    assert not set(listed) - columns().keys()
    assert len(listed) == len(set(listed))


def glossary():
    """The French of each term, by its English in lower case; what stands in brackets or is code explains it."""
    titles = re.findall(r"^## (.+)$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    found = [cells for title in titles for cells in reading.rows(GLOSSARY, title)]
    return {re.sub(r"[`(].*", "", english).strip().lower(): french for english, french, *_rest in found}


def test_the_interface_says_what_the_glossary_says():
    words = glossary()
    said = [(message.id, message.string) for one in catalogues("fr").values() for message in one]
    terms = [(english, french) for english, french in said if isinstance(english, str) and english.lower() in words]

    assert len(terms) > 20
    assert not [
        (english, french) for english, french in terms if not words[english.lower()].lower().startswith(french.lower())
    ]
