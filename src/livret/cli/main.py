"""The `livret` command: its groups are loaded when they are called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from livret import __version__
from livret.kernel.errors import Refusal

COMMANDS = {
    "archive": ("livret.cli.archive", "archive", "Prove the archives of closed fiscal years."),
    "booklet": ("livret.cli.booklet", "booklet", "Show, check and compare the service booklets."),
    "client": ("livret.cli.client", "client", "Create clients."),
    "environment": ("livret.cli.environment", "environment", "Create, list, migrate and restore environments."),
    "fec": ("livret.cli.fec", "fec", "Check, import and export accounting files (FEC)."),
    "ledger": ("livret.cli.ledger", "ledger", "Prove that the books are what was validated."),
    "phone": ("livret.cli.phone", "phone", "Make keys of telephone systems, and simulate calls."),
    "serve": ("livret.cli.serve", "serve", "Serve the pages and the API."),
    "setup": ("livret.cli.serve", "setup", "Make or migrate the databases."),
    "support": ("livret.cli.support", "support", "Freeze and verify the half-yearly reports of requests."),
    "up": ("livret.cli.up", "up", "Start the whole platform: database, pages, jobs, demonstration data."),
    "worker": ("livret.cli.serve", "worker", "Run the background jobs."),
}


class _Lazy(click.Group):
    """A group whose commands are imported when asked for, so that `livret booklet` needs no Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _help = COMMANDS[name]
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in self.list_commands(ctx)])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.help_option(
    "-h", "--help"
)  # Said here too: click keeps the first help option that any context makes of a command.
@click.version_option(__version__)
def livret() -> None:
    """Business software delivered as a service by the book."""


def main() -> None:
    """Run the command line. A refusal is printed without a traceback, exit 1; a usage error exits 2."""
    try:
        livret()
    except Refusal as refusal:
        click.secho(str(refusal), fg="red", err=True)
        sys.exit(1)
