"""`livret fec check`: its answers and exit codes."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from livret.cli.fec import fec
from livret.formats.fec.tests.samples import NAME, TABLE, encoded, spoiled, table_text


@pytest.fixture
def run(tmp_path):
    def run_on(content, *options, name=NAME):
        (tmp_path / name).write_bytes(content)
        return CliRunner().invoke(fec, ["check", str(tmp_path / name), *options])

    return run_on


PADDED = spoiled("Capital", "Capital  ", line=2)


@pytest.mark.parametrize(
    ("content", "options", "code", "valid"),
    [
        (encoded(), [], 0, True),
        (encoded(), ["--strict"], 0, True),
        (PADDED, [], 0, True),
        (PADDED, ["--strict"], 1, False),
        (spoiled("1200,00", "1200.00", line=4), [], 1, False),
        (b"", [], 2, False),
        (b"PK\x03\x04", [], 2, False),
        (b"hello\n", [], 2, False),
    ],
)
def test_the_exit_code_and_json_tell_the_verdict(run, content, options, code, valid):
    result = run(content, "--json", *options)

    answer = json.loads(result.output)
    assert (result.exit_code, answer["valid"]) == (code, valid)
    assert set(answer) == {"valid", "findings"}


def test_a_finding_has_exactly_its_five_keys(run):
    [finding] = json.loads(run(PADDED, "--json", "--strict").output)["findings"]

    assert list(finding) == ["line", "column", "code", "severity", "message"]
    assert (finding["line"], finding["column"], finding["code"], finding["severity"]) == (
        2,
        "CompteLib",
        "padding-text",
        "error",
    )


@pytest.mark.parametrize(
    ("path", "code"), [("missing.txt", "file-missing"), (".", "file-directory"), ("a\x00b", "file-unreadable")]
)
def test_a_path_that_cannot_be_read_exits_2(tmp_path, monkeypatch, path, code):
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(fec, ["check", path, "--json"])

    assert result.exit_code == 2
    assert json.loads(result.output)["findings"][0]["code"] == code


def test_several_files_answer_one_line_each_and_the_worst_code(run, tmp_path):
    (tmp_path / "732829320FEC20231231.txt").write_bytes(b"")

    result = run(encoded(), str(tmp_path / "732829320FEC20231231.txt"), "--json")

    assert [json.loads(line)["valid"] for line in result.output.splitlines()] == [True, False]
    assert result.exit_code == 2


def test_text_names_line_column_and_what_to_do(run):
    output = run(spoiled("1200,00", "1200.00", line=4)).output

    assert "ligne 4, Debit [erreur, amount-point] Le montant «\u00a01200.00\u00a0» contient un point." in output


def test_text_comes_in_english_when_asked(run):
    output = run(table_text([[*row, ""] for row in TABLE]), "--lang", "en").output

    assert output.splitlines()[0].endswith(": valid")
    assert "line 1 [warning, trailing-separator]" in output


def test_the_standard_input_is_read_without_a_name():
    result = CliRunner().invoke(fec, ["check", "-", "--json"], input=encoded())

    assert json.loads(result.output) == {"valid": True, "findings": []}


def test_the_check_starts_without_django():
    code = "import sys, livret.cli.fec; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
