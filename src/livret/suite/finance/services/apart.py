"""Reading a large file in a process of its own: it goes on, on another core, while the database works.

A small file is read here. A process that is told nothing any more, because whoever started it died, ends.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from livret.formats.fec import Readable
from livret.suite.finance.services.rows import Chunk, Fixed, Given, Labels, Missing
from livret.suite.finance.services.staging import Unfit, chunks

APART_BYTES = 32 << 20  # Below, the process would take longer to start than it saves.
Item = Chunk | Missing | Labels
Give = Callable[[Given], None]


@dataclass(frozen=True, slots=True)
class Task:
    """What is read from a file: see `staging.chunks`."""

    fixed: Fixed
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Failed:
    """The reading ended by an error; unfit: of the file."""

    is_unfit: bool
    words: str


class ReadingFailed(RuntimeError):
    """The process that read a file broke down; the message is its error."""


@contextmanager
def reading(stream: Readable, task: Task) -> Iterator[tuple[Iterator[Item], Give]]:
    """Give what `staging.chunks` yields of *stream*, and what to answer what is missing with, in order.

    Raises Unfit, and ReadingFailed.
    """
    size = _size(stream)
    if size < APART_BYTES:
        answers: deque[Given] = deque()
        yield chunks(stream, _taken(answers), task.fixed, first=task.first, last=task.last), answers.append
        return
    with _process(stream) as program:  # type: ignore[arg-type]  # It has a size: it is a file.
        _tell(program, task)
        yield _received(program), lambda given: _tell(program, given)


def _taken(answers: deque[Given]) -> Iterator[Given]:
    while True:
        yield answers.popleft()


def _size(stream: Readable) -> int:
    """Return the size of a file on disk, 0 of anything else."""
    try:
        return os.fstat(stream.fileno()).st_size  # type: ignore[attr-defined]
    except (AttributeError, OSError):
        return 0


@contextmanager
def _process(file: BinaryIO) -> Iterator[subprocess.Popen[bytes]]:
    handle = file.fileno()
    os.lseek(handle, 0, os.SEEK_SET)
    command = [sys.executable, "-m", __name__, str(handle)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[handle]) as program:
        try:
            yield program
        finally:
            program.kill()
            with suppress(BrokenPipeError):
                program.stdin.close()  # type: ignore[union-attr]


def _received(program: subprocess.Popen[bytes]) -> Iterator[Item]:
    while True:
        try:
            item = pickle.load(program.stdout)  # type: ignore[arg-type]  # noqa: S301 - from a process of ours.
        except (EOFError, pickle.UnpicklingError) as error:
            raise ReadingFailed(f"the process that read the file ended: {program.poll()}") from error
        if isinstance(item, _Failed):
            raise Unfit if item.is_unfit else ReadingFailed(item.words)
        yield item
        if isinstance(item, Labels):
            return


def _tell(program: subprocess.Popen[bytes], item: object) -> None:
    with suppress(BrokenPipeError):  # It ended: what is received next says why.
        _send(program.stdin, item)


def _send(stream: Any, item: object) -> None:
    pickle.dump(item, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def main(handle: int) -> None:
    """Read the file open under *handle*; what to read, then the answers, come on the standard input."""
    told: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=[told], daemon=True).start()
    task, output = told.get(), sys.stdout.buffer
    try:
        with os.fdopen(handle, "rb") as stream:
            for item in chunks(stream, iter(told.get, None), task.fixed, first=task.first, last=task.last):
                _send(output, item)
    except Unfit:
        _send(output, _Failed(True, ""))
    except Exception as error:  # Raised again by whoever asked.
        _send(output, _Failed(False, f"{type(error).__name__}: {error}"))


def _listen(told: SimpleQueue[Any]) -> None:
    """Take in what is said without delay, so that who says it never waits; end with whoever said it."""
    while True:
        try:
            told.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - from the process that started this one.
        except EOFError:
            os._exit(1)


if __name__ == "__main__":
    # What is pickled names this module as who reads it knows it.
    from livret.suite.finance.services.apart import main as run

    run(int(sys.argv[1]))
