"""`python3 start.py` on machines that have this or lack that, in a checkout of its own."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

START = Path(__file__).resolve().parents[2] / "start.py"
UV = """#!/bin/sh
echo "$@" >> "$UV_LOG"
if [ "$1" = venv ]; then
    for target; do :; done
    mkdir -p "$target/bin"
    cp "$FAKES/python" "$FAKES/livret" "$target/bin/"
fi
exit ${UV_EXIT:-0}
"""
PYTHON = """#!/bin/sh
[ "$2" = pytest ] && { shift 2; echo "pytest $@"; exit 3; }
exec "$REAL_PYTHON" "$@"
"""
LIVRET = """#!/bin/sh
echo "livret $@"
"""


RUN = "runpy.run_path('start.py', run_name='__main__')"


class Checkout:
    """A checkout with start.py, and the programs that the machine has."""

    def __init__(self, folder):
        self.folder, self.programs, self.fakes = folder / "checkout", folder / "programs", folder / "fakes"
        self.log = folder / "uv.log"
        for each in (self.folder, self.programs, self.fakes):
            each.mkdir()
        for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
            (self.folder / name).write_text(f"# {name}\n")
        for name, text in (("python", PYTHON), ("livret", LIVRET)):
            self._program(self.fakes / name, text)
        shutil.copy(START, self.folder)

    @staticmethod
    def _program(file, text):
        file.write_text(text)
        file.chmod(0o755)

    def give_uv(self):
        self._program(self.programs / "uv", UV)

    def start(self, *arguments, before="", **environ):
        """Run start.py with only our programs on the PATH, beside those of the system."""
        program = f"import sys, runpy\nsys.argv = ['start.py', *{arguments!r}]\n{before}\n{RUN}"
        known = {"UV_LOG": str(self.log), "FAKES": str(self.fakes), "REAL_PYTHON": sys.executable}
        return subprocess.run(
            [sys.executable, "-c", program],
            cwd=self.folder,
            env={**known, "PATH": f"{self.programs}:/usr/bin:/bin", "PIP_NO_INDEX": "1", **environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @property
    def asked_of_uv(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [" ".join(line.split()[:2]) for line in lines]

    @property
    def environment(self):
        return self.folder / ".venv"


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.fixture
def ready(checkout):
    """A checkout whose environment was made with uv."""
    checkout.give_uv()
    checkout.start("prepare")
    checkout.log.unlink()
    return checkout


def test_an_old_python_can_read_the_file():
    assert ast.parse(START.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("version", ["(3, 6, 9)", "(3, 10, 14)"])
def test_an_old_python_is_refused_in_one_line_and_nothing_is_made(checkout, version):
    result = checkout.start(before=f"sys.version_info = {version}; sys.version = '3.x (old)'")

    assert result.returncode == 1
    assert result.stderr == "Livret needs Python 3.11 or later, this is 3.x: use python3.11 start.py\n"
    assert not checkout.environment.exists()


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_tells_the_commands_and_makes_nothing(checkout, option):
    result = checkout.start(option)

    assert result.returncode == 0
    assert "python3 start.py test" in result.stdout
    assert not checkout.environment.exists()


def test_with_uv_the_environment_is_made_by_uv_with_hashes(checkout):
    checkout.give_uv()

    result = checkout.start()

    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, "livret up")
    assert checkout.asked_of_uv == ["venv -q", "pip install", "pip install"]
    assert "--require-hashes -r requirements.txt" in checkout.log.read_text()


def test_the_second_start_installs_nothing(ready):
    result = ready.start()

    assert result.stdout == "livret up\n"
    assert ready.asked_of_uv == []


def test_the_environment_of_developers_serves_everybody(ready):
    ready.start()

    assert ready.asked_of_uv == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "pyproject.toml"])
def test_new_requirements_are_installed_into_the_same_environment(ready, name):
    (ready.folder / name).write_text("# changed\n")

    ready.start("prepare")

    expected = [] if name == "requirements.txt" else ["pip install", "pip install"]
    assert ready.asked_of_uv == expected


def test_a_failed_installation_says_so_and_is_tried_again(checkout):
    checkout.give_uv()
    (checkout.environment / "bin").mkdir(parents=True)
    shutil.copy(checkout.fakes / "python", checkout.environment / "bin")

    failed = checkout.start(UV_EXIT="1")
    again = checkout.start("prepare")

    assert failed.returncode == 1
    assert "Is the package index reachable?" in failed.stderr
    assert again.returncode == 0
    assert checkout.asked_of_uv == ["pip install", "pip install", "pip install"]


@pytest.mark.parametrize("left", ["nothing in it", "a python that is gone"])
def test_an_environment_that_was_never_finished_is_made_anew(checkout, left):
    checkout.give_uv()
    (checkout.environment / "bin").mkdir(parents=True)
    (checkout.environment / "rubbish").touch()
    if left == "a python that is gone":
        (checkout.environment / "bin/python").symlink_to("/no/such/python")

    result = checkout.start("prepare")

    assert (result.returncode, checkout.asked_of_uv[0]) == (0, "venv -q")
    assert not (checkout.environment / "rubbish").exists()


def test_without_venv_the_package_to_install_is_named_and_nothing_is_left(checkout, tmp_path):
    (tmp_path / "venv.py").write_text("import sys; sys.exit('ensurepip is not available')\n")

    result = checkout.start(PYTHONPATH=str(tmp_path))

    assert result.returncode == 1
    assert "apt install python3-venv; or install uv" in result.stderr
    assert "ensurepip is not available" in result.stderr
    assert not checkout.environment.exists()


@pytest.mark.slow
def test_without_uv_the_environment_is_made_with_venv_and_pip(checkout):
    """No index is reachable here: the project itself cannot be built, and that is said."""
    result = checkout.start()

    assert result.returncode == 1
    assert (checkout.environment / "bin/pip").exists()
    assert not (checkout.environment / "livret-stamp").exists()
    assert "Installing the packages failed" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "handed_on"),
    [
        ([], "livret up"),
        (["--port", "9000", "--no-demo"], "livret up --port 9000 --no-demo"),
        (["environment", "list"], "livret environment list"),
        (["up", "--help"], "livret up --help"),
        (["test"], "pytest "),
        (["test", "-x", "tests/start"], "pytest -x tests/start"),
    ],
)
def test_what_follows_is_handed_on(ready, arguments, handed_on):
    assert ready.start(*arguments).stdout == f"{handed_on}\n"


def test_the_result_of_the_tests_is_the_result(ready):
    assert ready.start("test").returncode == 3


def test_preparing_starts_nothing(ready):
    result = ready.start("prepare")

    assert (result.returncode, result.stdout) == (0, "")
