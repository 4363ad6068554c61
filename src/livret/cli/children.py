"""Processes that end with the one that started them, so that a killed platform leaves nothing behind."""

from __future__ import annotations

import os
import signal
import threading
import time

GRACE_S = 10
LOOK_EVERY_S = 0.5


def exit_with(parent: int) -> None:
    """End this process when *parent*, the process that started it, is gone; gone already counts too."""
    threading.Thread(target=_watch, args=[parent], daemon=True, name="exit-with-parent").start()


def fork_and_exit_with_me() -> None:
    """Have each process forked from this one end when this one is gone."""
    me = os.getpid()

    def watch() -> None:
        if os.getppid() == me:  # A fork of a fork answers to its own parent.
            exit_with(me)

    os.register_at_fork(after_in_child=watch)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os.kill(os.getpid(), signal.SIGKILL)
