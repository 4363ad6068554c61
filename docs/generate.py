"""Writes the reference pages that are made from code: `.venv/bin/python docs/generate.py`.

A test compares each page with what this would write, so that no command or option goes undocumented.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from livret.cli.main import livret

DOCS = Path(__file__).resolve().parent
COMMAND_LINE = DOCS / "reference" / "command-line.md"
WIDTH = 200  # So wide that click does not wrap a usage line.
HEAD = """# The command line

This page is made from the commands themselves by `docs/generate.py`; a test keeps it true.

`livret` stands in `.venv/bin/` once `python3 start.py` has run; `python3 start.py <command>` runs the same commands.
An expected refusal is printed without a traceback and ends with 1, a wrong usage ends with 2.
A command that ends otherwise says so.
Every command takes `--help`.
"""


def command_line() -> str:
    """Return the whole page of commands, in the order of the help."""
    sections = [_section(path, command) for path, command in commands(livret, ("livret",))]
    return "\n".join([HEAD, *sections]).rstrip() + "\n"


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield *command* and all those under it, each with the words that call it; hidden ones are left out."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from commands(inner, (*path, name))


def _section(path: tuple[str, ...], command: click.Command) -> str:
    context = _context(path, command)
    usage = context.get_usage().removeprefix("Usage: ")
    paragraphs = [" ".join(part.split()) for part in (command.help or "").replace("\b", "").split("\n\n")]
    parts = [f"{'#' * (len(path) + 1)} {' '.join(path)}", f"```text\n{usage}\n```", *paragraphs]
    rows = [_row(parameter, context) for parameter in command.params if isinstance(parameter, click.Option)]
    if shown := [row for row in rows if row]:
        parts.append("\n".join(["| Option | What it does |", "| --- | --- |", *shown]))
    return "\n\n".join(parts) + "\n"


def _context(path: tuple[str, ...], command: click.Command) -> click.Context:
    parent = None
    for name in path[:-1]:
        parent = click.Context(click.Group(), info_name=name, parent=parent)
    return click.Context(command, info_name=path[-1], parent=parent, terminal_width=WIDTH, max_content_width=WIDTH)


def _row(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    if record is None:
        return ""
    names, words = (part.replace("|", "\\|").replace("\u00a0", " ") for part in record)
    return f"| `{names}` | {' '.join(words.split())} |"


if __name__ == "__main__":
    COMMAND_LINE.write_text(command_line(), encoding="utf-8")
