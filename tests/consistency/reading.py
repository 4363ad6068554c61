"""What the tests of this folder read of the tree: its files, the links and commands of its pages, its settings."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from tests.consistency.messages import ROOT

NOT_OURS = {".git", ".venv", "var", "artefacts", "static-collected", "node_modules"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(livret [^`]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
READERS = {f"environ.{kind}" for kind in ("text", "flag", "number", "folder", "listing")}
VARIABLE = re.compile(r"LIVRET_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL|PROMETHEUS_[A-Z_]+")
FAMILY = "LIVRET_CELL_<NAME>_URL"
NO_VARIABLES = {"LIVRET_IDENTITY"}  # A key of Django's settings of a connection.
N = TypeVar("N", bound=ast.AST)


def files_of_the_tree() -> list[Path]:
    """Return what git tracks, or without git every file that is neither hidden, compiled nor made by a run."""
    return [file for file in _tracked() or sorted(_walked(ROOT)) if file.is_file()]


def _tracked() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        return []
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    return [ROOT / name for name in answer.stdout.decode().split("\0") if name]


def _walked(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        hidden = path.name.startswith(".") and path.name not in {".ci", ".gitignore"}
        if hidden or path.name in NOT_OURS or path.name == "__pycache__" or path.suffix in {".mo", ".pyc", ".egg-info"}:
            continue
        if path.is_dir():
            yield from _walked(path)
        else:
            yield path


def pages() -> list[Path]:
    """Return every page that people read."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def without_code(text: str) -> str:
    return FENCE.sub("", text)


def links(page: Path) -> list[str]:
    """Return the targets of a page's links that lead to a file of the tree."""
    found = LINK.findall(without_code(page.read_text(encoding="utf-8")))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's titles, as forges make them."""
    titles = re.findall(r"^#+ (.+)$", without_code(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words after `livret` of every command that a page quotes, in a block or in a sentence."""
    text = page.read_text(encoding="utf-8")
    blocks = [body for language, body in FENCE.findall(text) if language in {"sh", "console", "bash"}]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    for line in [*lines, *INLINE.findall(without_code(text))]:
        found = re.search(r"(?:^|&& |\.venv/bin/|[A-Z_]+=\S+ )livret (.+)", line.strip().removeprefix("$ "))
        if found:
            yield _until_redirection(shlex.split(found[1], comments=True))


def _until_redirection(words: list[str]) -> list[str]:
    stops = [index for index, word in enumerate(words) if word in {"|", ">", ">>", "&&", "&"}]
    return words[: min(stops, default=len(words))]


def variables_named(files: list[Path]) -> set[str]:
    """Return the environment variables of ours that modules name; a family told apart by a pattern counts as one."""
    texts = {node.value for file in files for node in _nodes(file, ast.Constant) if isinstance(node.value, str)}
    families = {FAMILY for text in texts if text.startswith("LIVRET_CELL_")}
    return {text for text in texts if VARIABLE.fullmatch(text) and text not in NO_VARIABLES} | families


def defaults_stated(files: list[Path]) -> dict[str, str]:
    """Return the defaults that modules give when they read a variable, where they are constants and not empty."""
    found = {}
    for file in files:
        for call in _nodes(file, ast.Call):
            given = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
            if (
                ast.unparse(call.func) in READERS
                and given
                and isinstance(given[0], ast.Constant)
                and given[0].value != ""
            ):
                value = given[0].value
                found[ast.literal_eval(call.args[0])] = str(int(value) if isinstance(value, bool) else value)
    return found


def variables_asked_for(files: list[Path]) -> set[str]:
    """Return the variables of ours that modules read straight from the process environment."""
    calls = [call for file in files for call in _nodes(file, ast.Call) if ast.unparse(call.func) == "os.environ.get"]
    names = {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}
    return {name for name in names if VARIABLE.fullmatch(name)}


def _nodes(file: Path, kind: type[N]) -> Iterator[N]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, kind):
            yield node


def rows(page: Path, title: str) -> list[list[str]]:
    """Return the cells of the table under *title*, without its head; code marks are taken off."""
    text = page.read_text(encoding="utf-8")
    section = text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]
