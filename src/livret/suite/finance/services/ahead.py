"""Reading some steps ahead of whoever uses what is read: the file is parsed while the database works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")
PATIENCE_S = 0.1
AHEAD = 2


@contextmanager
def read_ahead(items: Iterator[Item | Event]) -> Iterator[Iterator[Item]]:
    """Give *items*, made in a thread of their own, ahead by AHEAD; the thread ends with the block, whatever happens.

    An event among them is not given: the next item is made once it is set. What making an item raises is raised where
    it would have been given.
    """
    reader: _Reader[Item] = _Reader(items)
    reader.start()
    try:
        yield reader.given()
    finally:
        reader.stop()


class _Reader(Generic[Item]):
    def __init__(self, items: Iterator[Item | Event]) -> None:
        self._items = items
        self._queue: Queue[tuple[Item | None, BaseException | None]] = Queue(maxsize=AHEAD)
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="read-ahead", daemon=True)
        self.start = self._thread.start

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            for item in self._items:
                if not (self._passed(item) if isinstance(item, Event) else self._put((item, None))):
                    return
        except BaseException as raised:  # Raised again where the items are used.
            error = raised
        self._put((None, error))

    def _put(self, message: tuple[Item | None, BaseException | None]) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put(message, timeout=PATIENCE_S)
            except Full:
                continue
            return True
        return False

    def _passed(self, awaited: Event) -> bool:
        while not awaited.wait(PATIENCE_S):
            if self._stopped.is_set():
                return False
        return True

    def given(self) -> Iterator[Item]:
        while True:
            item, error = self._queue.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item

    def stop(self) -> None:
        self._stopped.set()
        while self._thread.is_alive():
            with suppress(Empty):
                self._queue.get_nowait()
            self._thread.join(timeout=0.01)
