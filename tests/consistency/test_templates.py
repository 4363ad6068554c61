"""Templates: short, used, accessible by construction, without style or script inside, every word translated."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "livret"
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
MODULES = sorted(path for path in SOURCE.rglob("*.py") if not {"tests", "migrations"} & set(path.parts))
# Templates that Django or allauth ask for by name.
ASKED_FOR = re.compile(r"(^|/)(40[0-9](_csrf)?|500)\.html$|^(account|mfa|usersessions|allauth|django)/")
SAID_AS_IT_IS = {"Livret", "Care", "Sprint", "Ctrl", "SIRET", "SIREN", "PRT", "FEC", "IBAN", "TVA", "API"}


def text_of(path):
    return path.read_text(encoding="utf-8")


def name_of(template):
    return template.as_posix().rpartition("/templates/")[2]


def each(paths):
    return {"argvalues": paths, "ids": lambda path: path.relative_to(SOURCE).as_posix()}


def prose(template):
    """Return what a template says outside its tags: text and the attributes that people read or hear."""
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", text_of(template), flags=re.DOTALL)
    text = re.sub(r"\{% block (?:shell|density|tone) %\}.*?\{% endblock %\}", "", text)
    text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "\N{NO-BREAK SPACE}", text, flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]*)"', text)
    return " ".join([*said, re.sub(r"<[^>]*>", " ", text)])


@pytest.mark.parametrize("template", **each(TEMPLATES))
def test_a_template_is_short(template):
    assert text_of(template).count("\n") <= 120


@pytest.mark.parametrize("template", **each(TEMPLATES))
def test_a_template_holds_no_style_and_no_script(template):
    text = text_of(template)

    assert (
        re.findall(
            r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son(?:click|change|submit|input|load|error|key\w+|mouse\w+|focus|blur)=|javascript:|hx-on|hx-vals=.js:",
            text,
        )
        == []
    )


@pytest.mark.parametrize("template", **each(TEMPLATES))
def test_a_table_has_a_caption_and_each_header_its_scope(template):
    text = text_of(template)

    assert len(re.findall(r"<table\b", text)) <= text.count("<caption")
    assert re.findall(r"<th\b(?![^>]*\sscope=)[^>]*>", text) == []


@pytest.mark.parametrize("template", **each(TEMPLATES))
def test_a_form_that_writes_carries_its_token(template):
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", text_of(template), flags=re.DOTALL)

    assert [form for form in forms if "{% csrf_token %}" not in form] == []


@pytest.mark.parametrize("template", **each(TEMPLATES))
def test_an_image_says_what_it_shows(template):
    assert re.findall(r"<img\b(?![^>]*\salt=)[^>]*>", text_of(template)) == []


@pytest.mark.parametrize("template", **each(TEMPLATES))
def test_the_focus_order_is_that_of_the_page(template):
    assert re.findall(r'tabindex="[1-9]', text_of(template)) == []


@pytest.mark.parametrize("template", **each([path for path in TEMPLATES if "extends" in text_of(path)]))
def test_a_page_that_extends_a_shell_has_a_title_of_its_own(template):
    text = text_of(template)
    is_frame = re.search(
        r"/(shells|[a-z]+)/(_?base|_?shell|portal|workspace|console|layout)[a-z_]*\.html$", template.as_posix()
    )

    assert is_frame or "{% block title %}" in text


@pytest.mark.parametrize("template", **each(TEMPLATES))
def test_a_template_is_used(template):
    name = name_of(template)
    others = (text_of(path) for path in [*TEMPLATES, *MODULES] if path != template)
    component = re.fullmatch(r"components/_(\w+)\.html", name)
    by_tag = rf'|component\(\s*"{component[1]}"' if component else ""
    by_folder = rf"|{re.escape(name.rpartition('/')[0])}/\{{" if name.count("/") > 1 else ""
    call = re.compile(rf"""["']{re.escape(name)}["']{by_tag}{by_folder}""")

    assert ASKED_FOR.search(name) or any(call.search(text) for text in others)


@pytest.mark.parametrize("template", **each(TEMPLATES))
def test_a_template_says_nothing_that_is_not_translated(template):
    words = set(re.findall(r"[A-Za-zÀ-ÿ]{2,}", re.sub(r"&\w+;", " ", prose(template))))

    assert words - SAID_AS_IT_IS == set()
