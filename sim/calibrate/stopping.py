"""Ctrl-C reaches a query that DuckDB is busy with."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["ctrl_c_calls"]

_AGAIN_S = 0.1  # one that comes just before a query begins is forgotten by it


@contextmanager
def ctrl_c_calls(interrupt: Callable[[], None]) -> Iterator[None]:
    """Call `interrupt` from another thread when a Ctrl-C comes, and again until the block ends.

    Python runs its handler of signals between two steps of the main thread. A library that computes looks for them
    itself, unless it waits for one of its own threads: DuckDB does so whenever another thread has taken the last task,
    and then hears nothing until that is done.

    Parameters
    ----------
    interrupt
        What stops the computation; it must be callable from any thread.

    Examples
    --------
    >>> import signal, threading
    >>> heard = threading.Event()
    >>> try:
    ...     with ctrl_c_calls(heard.set):
    ...         signal.raise_signal(signal.SIGINT)
    ... except KeyboardInterrupt:
    ...     heard.is_set()
    True
    """
    if threading.current_thread() is not threading.main_thread():  # Ctrl-C is none of its business
        yield
        return
    listening, ringing = socket.socketpair()
    ringing.setblocking(False)
    ended = threading.Event()

    def listen() -> None:
        while rung := listening.recv(1):
            if rung[0] != signal.SIGINT:
                continue
            interrupt()
            while not ended.wait(_AGAIN_S):
                interrupt()

    listener = threading.Thread(target=listen, daemon=True)
    before = signal.set_wakeup_fd(ringing.fileno(), warn_on_full_buffer=False)
    listener.start()
    try:
        yield
    finally:
        ended.set()
        signal.set_wakeup_fd(before)
        ringing.close()
        listener.join()
        listening.close()
