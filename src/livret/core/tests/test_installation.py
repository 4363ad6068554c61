import stat
import subprocess
import sys

import pytest

from livret.core import environ, installation
from livret.core.installation import Address


@pytest.fixture
def state(monkeypatch, tmp_path):
    monkeypatch.setenv("LIVRET_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("LIVRET_SECRET_KEY", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "state"


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(state):
    first = installation.secret()

    assert len(first) >= 48
    assert installation.secret() == first
    assert stat.S_IMODE((state / "secret").stat().st_mode) == 0o600
    assert [file.name for file in state.iterdir()] == ["secret"]


def test_a_given_secret_is_taken_and_nothing_is_written(state, monkeypatch):
    monkeypatch.setenv("LIVRET_SECRET_KEY", "given")

    assert installation.secret() == "given"
    assert not state.exists()


def test_processes_that_start_together_share_one_secret(state):
    program = "from livret.core import installation; print(installation.secret())"
    children = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for _number in range(4)]

    assert len({child.communicate()[0] for child in children}) == 1


def test_a_lost_secret_is_told_and_never_replaced_by_nothing(state):
    state.mkdir()
    (state / "secret").touch()

    with pytest.raises(environ.BadSetting, match="secret is empty"):
        installation.secret()


def test_a_derived_secret_is_the_same_each_time_and_another_for_each_purpose(state):
    assert installation.derived("role:app") == installation.derived("role:app")
    assert installation.derived("role:app") != installation.derived("role:owner")
    assert installation.secret() not in installation.derived("role:app")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgresql://livret:p%40ss@db.example:6432/books", Address("db.example", 6432, "livret", "p@ss", "books")),
        ("postgres://db.example", Address("db.example", 5432, "postgres", "")),
        ("postgresql://me@/books?host=/run/postgresql", Address("/run/postgresql", 5432, "me", "", "books")),
        ("postgresql://[2001:db8::1]:5433/", Address("2001:db8::1", 5433, "postgres", "")),
        ("postgresql:///r%C3%A9serve", Address("localhost", 5432, "postgres", "", "réserve")),
    ],
)
def test_the_address_of_a_server_is_read_from_its_url(url, address):
    assert installation.parse_url(url, variable="DATABASE_URL") == address


@pytest.mark.parametrize(
    "url",
    ["mysql://root:hush@db/x", "db.example", "postgresql://u:hush@db:port/x", "postgresql://u:hush@db:99999/x",
     "postgresql://u:hush@[::1/x"],
)  # fmt: skip
def test_a_bad_url_is_refused_with_the_name_of_its_variable_and_never_its_password(url):
    with pytest.raises(environ.BadSetting, match="DATABASE_URL") as refusal:
        installation.parse_url(url, variable="DATABASE_URL")

    assert "hush" not in str(refusal.value)


def test_the_control_server_is_that_of_database_url(state, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:word@db.example/books")

    assert installation.control_server() == Address("db.example", 5432, "me", "word", "books")
    assert not installation.is_embedded()


def test_further_cells_have_one_url_each(monkeypatch):
    monkeypatch.setenv("LIVRET_CELL_LYON_2_URL", "postgresql://lyon.example")
    monkeypatch.setenv("LIVRET_CELL_EMPTY_URL", "")

    assert installation.further_cells() == {"lyon_2": Address("lyon.example", 5432, "postgres", "")}


def test_a_further_cell_cannot_take_the_place_of_the_control_server(monkeypatch):
    monkeypatch.setenv("LIVRET_CELL_MAIN_URL", "postgresql://elsewhere.example")

    with pytest.raises(environ.BadSetting, match="LIVRET_CELL_MAIN_URL"):
        installation.further_cells()
