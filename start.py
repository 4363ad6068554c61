#!/usr/bin/env python3
"""Livret in two commands, standard library only.

    python3 start.py         makes the environment and starts the whole platform with its demonstration
    python3 start.py test    makes the environment and passes the tests
    python3 start.py prepare makes the environment of the people who build it, and nothing else

What follows is handed on: `python3 start.py --port 9000`, `python3 start.py test tests/start`.
Needs Python 3.11 or later with venv (Debian and Ubuntu: the package python3-venv), or uv. Packages come from the
index that your pip is configured for, checked against the hashes in the requirements files.
"""

# Written so that an old Python can read it, and say that it is too old instead of pointing at a syntax error.
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        return refuse(
            f"Livret needs Python {wanted} or later, this is {sys.version.split()[0]}: use python{wanted} start.py"
        )
    arguments = sys.argv[1:]
    is_test = arguments[:1] in (["test"], ["prepare"])
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    error = make_environment("requirements-dev.txt" if is_test else "requirements.txt")
    if error:
        return refuse(error)
    if arguments[:1] == ["prepare"]:
        return 0
    return run_tests(arguments[1:]) if is_test else run_platform(arguments)


def refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


def make_environment(requirements: str) -> str:
    """Install the pinned packages in .venv, unless it holds just these. Returns what went wrong, or nothing."""
    wanted = fingerprint(requirements)
    stamp = ENVIRONMENT / "livret-stamp"
    held = stamp.read_text().split() if stamp.exists() else []
    if wanted in held or (requirements == "requirements.txt" and fingerprint("requirements-dev.txt") in held):
        return ""
    print(f"Preparing the environment in {ENVIRONMENT} (once)...", flush=True)
    uv = shutil.which("uv") or ""
    error = "" if is_usable(uv) else create(uv)
    if error:
        return error
    for arguments in (["--require-hashes", "-r", requirements], ["--no-build-isolation", "--no-deps", "-e", "."]):
        if subprocess.run([*installer(uv), *arguments], cwd=ROOT, check=False).returncode:
            return "Installing the packages failed: the lines above say why. Is the package index reachable?"
    stamp.write_text(wanted)
    return ""


def fingerprint(requirements: str) -> str:
    digest = hashlib.sha256(f"{ROOT} {sys.version}".encode())
    for name in (requirements, "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_usable(uv: str) -> bool:
    """Tell whether .venv can take packages: one whose making was interrupted, or whose Python is gone, cannot."""
    python = str(ENVIRONMENT / "bin" / "python")
    try:
        answer = subprocess.run([python, "-c", "import sys" if uv else "import pip"], capture_output=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0


def create(uv: str) -> str:
    """Create .venv anew with uv when it is there, else with venv. Returns what went wrong, or nothing."""
    shutil.rmtree(str(ENVIRONMENT), ignore_errors=True)
    command = [uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
    answer = subprocess.run([*command, str(ENVIRONMENT)], capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        return ""
    shutil.rmtree(str(ENVIRONMENT), ignore_errors=True)
    return (
        "This Python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv; or install uv.\n"
        f"{(answer.stdout + answer.stderr).strip()}"
    )


def installer(uv: str) -> list:
    python = str(ENVIRONMENT / "bin" / "python")
    if uv:
        return [uv, "pip", "install", "-q", "--python", python]
    return [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-warn-script-location"]


def run_tests(arguments: list) -> int:
    python = str(ENVIRONMENT / "bin" / "python")
    return subprocess.run([python, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


def run_platform(arguments: list) -> int:
    """Become the platform: signals reach it directly."""
    program = str(ENVIRONMENT / "bin" / "livret")
    is_command = bool(arguments) and not arguments[0].startswith("-")
    os.execv(program, [program, *(arguments if is_command else ["up", *arguments])])


if __name__ == "__main__":
    sys.exit(main())
