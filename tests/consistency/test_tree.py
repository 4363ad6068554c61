"""The tree: no address of a registry or a machine, readable sizes, the licence, no pasted code."""

import ast
import io
import re
import tokenize
import tomllib

import pytest

from tests.consistency import reading
from tests.consistency.messages import PACKAGE, ROOT

FILES = reading.files_of_the_tree()
CODE = {".py", ".html", ".css", ".js", ".txt", ".sh"}
DATA_FOLDERS = {"tests", "migrations", "locale", "booklets", "legislation", "golden"}
LICENCES = {"LICENSE"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_LINE = 500, 60, 400
FORBIDDEN = {
    "a registry's host": r"\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|yarnpkg\.com|(docker|ghcr|crates)\.io)\b",
    "a network of copied scripts": r"\b(unpkg\.com|jsdelivr\.net|cdnjs\.cloudflare\.com|fonts\.googleapis\.com)\b",
    "a package index": r"--(extra-)?index-url|^\s*index-url\s*=|https?://\S+/simple\b|\b(PIP|UV)_(EXTRA_)?INDEX",
    "a lock that names hosts": r"\"resolved\"\s*:",
    "a folder of one machine": r"(?<![\w.])/(home|Users|root|work|mnt)/[\w.-]+",
    "a folder beside the product": r"\.\./shared\b",
}


def relative(file):
    return file.relative_to(ROOT).as_posix()


def text_of(file):
    """Return the text of a file, or nothing of one that is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def is_data(file):
    return bool(DATA_FOLDERS & set(file.relative_to(ROOT).parts)) or file.name.startswith("requirements")


def test_the_tree_is_read():
    assert len(FILES) > 200


@pytest.mark.parametrize(("what", "pattern"), FORBIDDEN.items(), ids=FORBIDDEN)
def test_no_file_holds(what, pattern):
    found = re.compile(pattern, re.MULTILINE)

    assert not [relative(file) for file in FILES if file.name not in LICENCES and found.search(text_of(file))]


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a registry's host", "https://files." + "pythonhosted" + ".org/packages/x.whl"),
        ("a network of copied scripts", "https://cdn." + "jsdelivr" + ".net/npm/htmx.org"),
        ("a package index", "--index" + "-url https://mirror.example/"),
        ("a lock that names hosts", '"resolved' + '": "https://mirror.example/x.tgz"'),
        ("a folder of one machine", "cd " + "/home" + "/someone/livret"),
        ("a folder beside the product", "see .." + "/shared/notes.md"),
    ],
)
def test_what_is_forbidden_is_found(what, line):
    assert re.search(FORBIDDEN[what], line)


def test_no_file_of_code_is_too_long():
    code = [file for file in FILES if file.suffix in CODE and not is_data(file)]

    assert not [relative(file) for file in code if len(text_of(file).splitlines()) > LONGEST_FILE]


def functions(file):
    found = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(text_of(file))) if isinstance(node, found)]


def test_no_function_is_too_long():
    modules = [file for file in FILES if file.suffix == ".py" and "migrations" not in file.parts]
    long = [
        f"{relative(file)}:{node.lineno} {node.name}"
        for file in modules
        for node in functions(file)
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert modules
    assert not long


def comments(file):
    """The comments of a module; of any other file of code, the whole text."""
    if file.suffix != ".py":
        return text_of(file)
    tokens = tokenize.generate_tokens(io.StringIO(text_of(file)).readline)
    return "\n".join(token.string for token in tokens if token.type == tokenize.COMMENT)


def test_what_remains_to_do_has_a_number():
    left = re.compile(r"\b(FIXME|XXX|HACK)\b|\bTODO\b(?!\(#\d+\))")
    code = [file for file in FILES if file.suffix in CODE - {".txt"}]

    assert not [relative(file) for file in code if left.search(comments(file))]


def test_the_licence_is_the_affero_one_and_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    words = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split())

    assert words.startswith("GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November 2007")
    assert "How to Apply These Terms to Your New Programs" in words
    assert project["license"] == "AGPL-3.0-or-later"
    assert "AGPL-3.0-or-later" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_script_or_style_is_pasted_or_built():
    faces = [file for file in FILES if file.suffix in {".js", ".mjs", ".css"}]
    pasted = re.compile(r"@license|@preserve|sourceMappingURL|/\*!|\bCopyright\b|\(c\) 20", re.IGNORECASE)
    long_lined = [file for file in faces if max(map(len, text_of(file).splitlines()), default=0) > LONGEST_LINE]

    assert faces
    assert not [relative(file) for file in faces if ".min." in file.name or pasted.search(text_of(file))]
    assert not [relative(file) for file in long_lined]


def test_nothing_is_there_that_a_build_or_another_package_manager_makes():
    made = {
        "package.json",
        "package-lock.json",
        "yarn.lock",
        "uv.lock",
        "poetry.lock",
        "node_modules",
        "dist",
        "vendor",
    }
    suffixes = {".mo", ".pyc", ".whl", ".so", ".map", ".wasm", ".woff", ".woff2", ".ttf", ".zip", ".gz"}

    assert not [relative(file) for file in FILES if made & set(file.relative_to(ROOT).parts) or file.suffix in suffixes]


def test_every_app_with_words_on_its_pages_speaks_french():
    pages = [file for file in FILES if file.is_relative_to(PACKAGE) and "templates" in file.parts]
    speaking = [file for file in pages if re.search(r"\{% (translate|blocktranslate)", text_of(file))]
    apps = {next(folder for folder in file.parents if (folder / "apps.py").exists()) for file in speaking}

    assert apps
    assert not [relative(app) for app in apps if not (app / "locale/fr/LC_MESSAGES/django.po").exists()]
