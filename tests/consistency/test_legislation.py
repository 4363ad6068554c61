"""No legal value without its source, no file of legal data that its loader refuses."""

import tomllib

import pytest

from livret.kernel import charts, legislation

FILES = sorted(legislation.folder().rglob("*.toml"))
DATED = {"from", "opened_from"}


def tables(content):
    yield content  # Every level counts: a file may date itself, its tables, or the rows of its tables.
    for inner in content.values() if isinstance(content, dict) else content:
        yield from tables(inner) if isinstance(inner, dict | list) else ()


def dated_tables(file):
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return [table for table in tables(content) if isinstance(table, dict) and DATED & table.keys()]


def test_there_is_legal_data():
    assert {"2014.toml", "2025.toml", "2026.toml", "rates.toml", "retention.toml"} <= {file.name for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_dated_value_lacks_its_source(file):
    found = dated_tables(file)

    assert found
    assert not [table for table in found if not str(table.get("source", "")).strip()]


@pytest.mark.parametrize("file", charts.chart_files(), ids=lambda file: file.name)
def test_each_chart_of_accounts_loads(file):
    assert charts.read_chart(file).source


@pytest.mark.parametrize(
    ("file", "attributes"),
    [("vat/rates.toml", ("territory", "category")), ("retention.toml", ("counted_from",))],
)
def test_each_file_of_dated_series_loads(file, attributes):
    assert legislation.dated_series(file, attributes=attributes)
