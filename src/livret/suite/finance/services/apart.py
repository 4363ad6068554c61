"""Work on a large file in a process of its own: on another core, while the database works or other rules run.

A small file is worked on here. A process that is told nothing any more, because whoever started it died, ends.
"""

from __future__ import annotations

import gc
import io
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
from typing import Any, BinaryIO, Protocol

from livret.formats import fec
from livret.formats.fec import Readable
from livret.suite.finance.services.contents import Contents
from livret.suite.finance.services.rows import Chunk, Fixed, Given, Labels, Missing
from livret.suite.finance.services.staging import Unfit, chunks

YOUNG_OBJECTS = 100_000  # Made before those that nothing refers to are looked for: a process of minutes makes few.
APART_BYTES = 32 << 20  # Below, the process would take longer to start than it saves.
Item = Chunk | Missing | Labels
Give = Callable[[Given], None]


class Task(Protocol):
    """What is done apart with a file: gives items, and may ask for *answers* meanwhile."""

    def items(self, stream: Readable, answers: Iterator[Any], /) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A file becomes rows: see `staging.chunks`."""

    fixed: Fixed
    first: date
    last: date

    def items(self, stream: Readable, answers: Iterator[Given], /) -> Iterator[Item]:
        return chunks(stream, answers, self.fixed, first=self.first, last=self.last)


@dataclass(frozen=True, slots=True)
class LineCheck:
    """The half of a check that looks at lines."""

    name: str
    lang: str

    def items(self, stream: Readable, _answers: Iterator[Any], /) -> Iterator[fec.LinesFound]:
        yield fec.check_lines(stream, name=self.name, lang=self.lang)


@dataclass(frozen=True, slots=True)
class _Failed:
    """The reading ended by an error; unfit: of the file."""

    is_unfit: bool
    words: str


@dataclass(frozen=True, slots=True)
class _Ended:
    """There is nothing more."""


class ReadingFailed(RuntimeError):
    """The process that read a file broke down; the message is its error."""


def checked(stream: Readable, *, name: str, lang: str) -> tuple[fec.Report, Contents]:
    """Return the report on a file, as `fec.check` does, and what its lines name. Raises ReadingFailed."""
    contents = Contents()
    if _size(stream) < APART_BYTES:
        return fec.check(stream, name=name, lang=lang, on_batch=contents.read), contents
    with _process(stream, LineCheck(name, lang)) as program:  # type: ignore[arg-type]  # It has a size: it is a file.
        try:
            entries = fec.check_entries(stream, lang=lang, on_batch=contents.read)
        except fec.Unreadable as refusal:
            return fec.unread(refusal), contents
        lines: fec.LinesFound = next(_received(program))
    return fec.report_of(lines, entries), contents


@contextmanager
def reading(stream: Readable, task: Reading) -> Iterator[tuple[Iterator[Item], Give]]:
    """Give what `staging.chunks` yields of *stream*, and what to answer what is missing with, in order.

    Raises Unfit, and ReadingFailed.
    """
    if _size(stream) < APART_BYTES:
        answers: deque[Given] = deque()
        yield task.items(stream, _taken(answers)), answers.append
        return
    with _process(stream, task) as program:  # type: ignore[arg-type]  # It has a size: it is a file.
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
def _process(file: BinaryIO, task: Task) -> Iterator[subprocess.Popen[bytes]]:
    handle = file.fileno()
    command = [sys.executable, "-m", __name__, str(handle)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[handle]) as program:
        try:
            _tell(program, task)
            yield program
        finally:
            program.kill()
            with suppress(BrokenPipeError):
                program.stdin.close()  # type: ignore[union-attr]


def _received(program: subprocess.Popen[bytes]) -> Iterator[Any]:
    """Yield what a process sends, until its end."""
    while True:
        try:
            item = pickle.load(program.stdout)  # type: ignore[arg-type]  # noqa: S301 - from a process of ours.
        except (EOFError, pickle.UnpicklingError) as error:
            raise ReadingFailed(f"the process that read the file ended: {program.poll()}") from error
        if isinstance(item, _Failed):
            raise Unfit if item.is_unfit else ReadingFailed(item.words)
        if isinstance(item, _Ended):
            return
        yield item


def _tell(program: subprocess.Popen[bytes], item: object) -> None:
    with suppress(BrokenPipeError):  # It ended: what is received next says why.
        _send(program.stdin, item)


def _send(stream: Any, item: object) -> None:
    pickle.dump(item, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


class _Own(io.RawIOBase):
    """The file open under *handle*, read from its start at a place of its own: whoever lent the handle reads on."""

    def __init__(self, handle: int) -> None:
        self._handle, self._place = handle, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        count = os.preadv(self._handle, [buffer], self._place)
        self._place += count
        return count


def main(handle: int) -> None:
    """Work on the file open under *handle*; the task, then the answers, come on the standard input."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    told: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=[told], daemon=True).start()
    task, output = told.get(), sys.stdout.buffer
    try:
        for item in task.items(io.BufferedReader(_Own(handle)), iter(told.get, None)):
            _send(output, item)
        _send(output, _Ended())
    except Unfit:
        _send(output, _Failed(True, ""))
    except Exception as error:  # Raised again by whoever asked.
        _send(output, _Failed(False, f"{type(error).__name__}: {error}"))
    os._exit(0)  # The interpreter would wait for the thread that listens, and complain.


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
