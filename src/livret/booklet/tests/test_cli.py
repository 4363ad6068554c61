import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from livret.booklet.data import default_folder
from livret.cli.booklet import booklet

VECTORS = Path(__file__).parent / "vectors"
ROOT = default_folder().parent
COMMANDS = [
    line.removeprefix("livret booklet ")
    for page in ("booklet", "business-time")
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / f"docs/explain/{page}.md").read_text(encoding="utf-8"), re.S)
    for line in block.splitlines()
]


def run(*words):
    return CliRunner().invoke(booklet, [str(word) for word in words])


def test_the_shelf_is_listed():
    assert run("show").output.splitlines() == [
        "care/2023-09-18  Care service booklet",
        "sprint/2019  Sprint service booklet",
    ]


@pytest.mark.parametrize("words", [("sprint",), ("sprint", "2019"), ("sprint/2019",)])
def test_a_booklet_is_shown_clause_by_clause(words):
    answer = run("show", *words)

    assert answer.exit_code == 0
    assert "S-13  Support" in answer.output
    assert "support.pick_up.open: 8 business hours. Pick-up, plan Open" in answer.output


def test_a_booklet_is_shown_in_french():
    assert "Prise en charge, formule Open" in run("show", "sprint", "--lang", "fr").output


def test_a_booklet_is_shown_as_json():
    rows = json.loads(run("show", "care", "--json").output)["values"]

    assert {"key": "terms.initial", "value": 36}.items() <= {row["key"]: row for row in rows}["terms.initial"].items()


@pytest.mark.parametrize("words", [("show", "none"), ("show", "care", "1999"), ("diff", "care", "none")])
def test_an_unknown_booklet_exits_2_and_says_what_there_is(words):
    answer = run(*words)

    assert answer.exit_code == 2
    assert "there is care/2023-09-18, sprint/2019" in answer.output


def test_the_data_of_the_product_is_good():
    assert run("check").exit_code == 0


def test_bad_data_exits_1_with_file_key_and_reason(tmp_path):
    text = (default_folder() / "care" / "2023-09-18.toml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.toml"
    bad.write_text(text.replace("initial = { value = 36", "initial = { value = 0", 1), encoding="utf-8")

    answer = run("check", bad)

    assert answer.exit_code == 1
    assert f"{bad}: terms.initial.value: wants 1 to 1200, got 0" in answer.output


def test_a_missing_file_exits_2(tmp_path):
    assert run("check", tmp_path / "none.toml").exit_code == 2


@pytest.mark.parametrize(("words", "code"), [(("care", "care"), 0), (("sprint/2019", "care/2023-09-18"), 1)])
def test_diff_exits_1_when_a_value_changes(words, code):
    assert run("diff", *words).exit_code == code


def test_diff_tells_the_figures_with_their_clauses():
    assert "changed  history.years: 5 (S-4) -> 3 (C-4)" in run("diff", "sprint/2019", "care").output
    rows = json.loads(run("diff", "sprint", "care", "--json").output)
    assert {"key": "terms.initial", "change": "added", "before": None}.items() <= next(
        row for row in rows if row["key"] == "terms.initial"
    ).items()


def test_vectors_that_pass_exit_0_with_their_count():
    answer = run("vectors", *sorted(VECTORS.glob("*.json")))

    assert answer.exit_code == 0
    assert "businesstime-public.json: 95 of 95 cases pass" in answer.output


def test_a_failing_case_is_one_line_and_exits_1(tmp_path):
    content = {"cases": [{"id": "H1", "kind": "jours_feries", "year": 2026, "expected": {"dates": ["2026-01-02"]}}]}
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(content), encoding="utf-8")

    answer = run("vectors", path)

    assert answer.exit_code == 1
    assert answer.output.startswith(
        'H1 [jours_feries] failed: expected {"dates": ["2026-01-02"]} got {"dates": ["2026-01-01"'
    )
    assert answer.output.count("\n") == 2


def test_a_file_that_cannot_be_read_exits_2(tmp_path):
    answer = run("vectors", tmp_path / "none.json", VECTORS / "terms-public.json")

    assert answer.exit_code == 2
    assert "unreadable: cannot be read" in answer.output


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_documentation_run(monkeypatch, command):
    monkeypatch.chdir(ROOT)

    assert run(*command.split()).exit_code == 0
