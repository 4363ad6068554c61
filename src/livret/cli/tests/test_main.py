"""The command line as the shell sees it: a process with its exit code and its two outputs."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from livret import __version__
from livret.cli.main import COMMANDS, livret


def run(*arguments, **environ):
    return subprocess.run(
        [sys.executable, "-m", "livret.cli", *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "livret.config.settings", **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_its_help(name):
    result = CliRunner().invoke(livret, [name, "--help"])

    assert (result.exit_code, result.output.splitlines()[0].startswith(f"Usage: livret {name}")) == (0, True)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_listed_with_what_it_does(name):
    assert COMMANDS[name][2] in CliRunner().invoke(livret, ["-h"], terminal_width=200).output


@pytest.mark.parametrize("name", ["client", "environment", "booklet", "fec"])
def test_every_command_of_a_group_has_its_help(name):
    context = CliRunner().invoke(livret, [name, "--help"]).output
    verbs = [line.split()[0] for line in context.partition("Commands:")[2].splitlines() if line.startswith("  ")]

    assert {CliRunner().invoke(livret, [name, verb, "--help"]).exit_code for verb in verbs} == {0}


def test_the_version_is_told():
    assert __version__ in CliRunner().invoke(livret, ["--version"]).output


@pytest.mark.parametrize("arguments", [["no-such-command"], ["environment", "no-such-verb"], ["serve", "--port", "0"]])
def test_a_bad_command_is_a_usage_error(arguments):
    assert CliRunner().invoke(livret, arguments).exit_code == 2


@pytest.mark.slow
def test_a_refusal_is_one_line_and_exit_1(tmp_path):
    result = run("environment", "list", LIVRET_STATE=str(tmp_path), DATABASE_URL="mysql://root@db/x")

    assert result.returncode == 1
    assert result.stderr.splitlines() == ["DATABASE_URL must begin with postgresql://, got 'mysql'"]


@pytest.mark.slow
def test_a_database_that_does_not_answer_is_told_without_a_traceback_or_password(tmp_path):
    result = run("environment", "list", LIVRET_STATE=str(tmp_path), DATABASE_URL="postgresql://x:hush@127.0.0.1:1/x")

    assert result.returncode == 1
    assert "livret setup" in result.stderr
    assert ("Traceback" in result.stderr, "hush" in result.stderr) == (False, False)


@pytest.mark.slow
@pytest.mark.parametrize(("variable", "value"), [("LIVRET_DEBUG", "maybe"), ("LIVRET_SMTP_PORT", "smtp")])
def test_a_bad_setting_stops_the_start_with_its_name_and_value(tmp_path, variable, value):
    environ = {"LIVRET_STATE": str(tmp_path), "DATABASE_URL": "postgresql://127.0.0.1:1/x", variable: value}

    result = run("environment", "list", **environ)

    assert result.returncode == 1
    assert f"{variable} must be" in result.stderr
    assert value in result.stderr
    assert "Traceback" not in result.stderr
