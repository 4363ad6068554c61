import hashlib
import itertools
import os
import signal
import subprocess
import sys
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livret.core.blobs import store
from livret.core.blobs.store import Blob

OWNER, OTHER = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.fixture(autouse=True)
def state(settings, tmp_path):
    settings.STATE_FOLDER = tmp_path
    return tmp_path


def files(folder):
    return sorted(file for file in folder.rglob("*") if file.is_file())


def test_what_was_stored_is_read_again():
    blob = store.put([b"ab", b"", b"c"], owner=OWNER)

    assert blob == Blob(hashlib.sha256(b"abc").hexdigest(), 3)
    with store.open_blob(blob.digest, owner=OWNER) as stored:
        assert stored.read() == b"abc"


def test_nobody_else_of_the_machine_sees_which_files_there_are(state):
    store.put([b"abc"], owner=OWNER)

    assert [(state / part).stat().st_mode & 0o077 for part in ("blobs", f"blobs/{OWNER}")] == [0, 0]


def test_an_empty_file_is_a_file():
    assert store.put([], owner=OWNER) == Blob(EMPTY, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(content=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=4))
def test_the_digest_does_not_depend_on_how_the_bytes_came(content, cuts):
    edges = [0, *sorted(cuts), len(content)]
    chunks = [content[first:last] for first, last in itertools.pairwise(edges)]

    assert store.put([content], owner=OWNER) == store.put(chunks, owner=OWNER)


def test_the_same_content_is_kept_once_and_the_first_file_stays(state):
    blob = store.put([b"same"], owner=OWNER)
    first = store.path(blob.digest, owner=OWNER).stat().st_ino
    store.put([b"same"], owner=OWNER)

    assert files(state) == [store.path(blob.digest, owner=OWNER)]
    assert files(state)[0].stat().st_ino == first


def test_one_owner_does_not_see_the_content_of_another():
    blob = store.put([b"private"], owner=OWNER)

    with pytest.raises(FileNotFoundError):
        store.open_blob(blob.digest, owner=OTHER)


@pytest.mark.parametrize(
    "owner", ["", "..", "../../etc", f"{OWNER}/..", OWNER.upper().replace("0", "A"), "-" * 36, f"{OWNER}\n", "a\0b"]
)
def test_an_owner_that_is_no_uuid_is_refused_and_nothing_is_written(state, owner):
    with pytest.raises(ValueError, match="an owner is a UUID"):
        store.put([b"x"], owner=owner)

    assert files(state) == []


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", EMPTY.upper(), EMPTY[:-1], f"{EMPTY}/", f"{EMPTY}\n"])
def test_a_digest_that_is_none_is_refused(digest):
    with pytest.raises(ValueError, match="64 hexadecimal"):
        store.open_blob(digest, owner=OWNER)


def broken():
    yield b"the beginning"
    raise ConnectionResetError("the sender went away")


def test_a_sender_that_goes_away_leaves_nothing(state):
    with pytest.raises(ConnectionResetError):
        store.put(broken(), owner=OWNER)

    assert files(state) == []


DYING = """
import os, signal, sys
from django.conf import settings
settings.configure(STATE_FOLDER=sys.argv[1])
from livret.core.blobs import store
def dying():
    yield b"x" * 100_000
    os.kill(os.getpid(), signal.SIGKILL)
store.put(dying(), owner=sys.argv[2])
"""


def test_a_process_killed_halfway_leaves_no_file_under_a_digest(state):
    environ = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}

    died = subprocess.run([sys.executable, "-c", DYING, str(state), OWNER], env=environ, check=False).returncode

    assert died == -signal.SIGKILL
    assert [file.name.partition("-")[0] for file in files(state)] == ["partial"]
