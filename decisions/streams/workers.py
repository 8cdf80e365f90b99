"""Work that several processes share: batches go to each in turn, and come back in the order they had.

The processes are forked, so that each has at once what was read before. A thread feeds them: it waits for the
input, and for room, while the results are taken. So many batches are on their way at most, however many come.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from typing import Any, Generic, TypeVar

Batch = TypeVar("Batch")
Result = TypeVar("Result")

ON_THEIR_WAY = 4
"""Batches for each process: one that is worked on, and some that wait on either side."""


class WorkerError(Exception):
    """A process ended before its work was done."""


def in_order(work: Callable[[Batch], Result], batches: Iterable[Batch], processes: int) -> Iterator[Result]:
    """The result of each batch, in their order. Raises WorkerError, and what the batches raise."""
    workers = _started(work, processes)
    order: Queue[Any] = Queue(ON_THEIR_WAY * processes)
    Thread(target=_feed, args=(batches, workers, order), daemon=True).start()
    try:
        while (sent := order.get()) is not None:
            if isinstance(sent, Exception):
                raise sent
            yield sent.result()
    finally:
        for worker in workers:
            worker.end()


def _feed(batches: Iterable[Any], workers: list[_Worker[Any, Any]], order: Queue[Any]) -> None:
    """Sends each batch to the next process. What the batches raise is told where they are awaited."""
    try:
        for number, batch in enumerate(batches):
            worker = workers[number % len(workers)]
            # This waits for room: no more batches are on their way than are taken.
            order.put(worker)
            worker.send(batch)
        order.put(None)
    except Exception as error:  # noqa: BLE001 (it is raised where the results are taken)
        order.put(error)


def _started(work: Callable[[Any], Any], processes: int) -> list[_Worker[Any, Any]]:
    workers: list[_Worker[Any, Any]] = []
    for _ in range(processes):
        workers.append(_Worker(work, [worker.ours for worker in workers]))
    return workers


class _Worker(Generic[Batch, Result]):
    """One process, and our end of the connection with it."""

    def __init__(self, work: Callable[[Batch], Result], of_others: list[Connection]) -> None:
        context = multiprocessing.get_context("fork")
        self.ours, theirs = context.Pipe()
        arguments = (work, theirs, [*of_others, self.ours])
        self._process = context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def send(self, batch: Batch) -> None:
        self.ours.send(batch)

    def result(self) -> Result:
        """The next result. Raises WorkerError where the process ended without one."""
        try:
            found: Result = self.ours.recv()
        except (EOFError, OSError):
            self._process.join()
            raise WorkerError(_ending(self._process.exitcode or 0)) from None
        return found

    def end(self) -> None:
        self._process.terminate()
        self._process.join()
        self.ours.close()


def _ending(code: int) -> str:
    how = f"by signal {-code}" if code < 0 else f"with status {code}"
    return f"a process of --jobs ended {how} before its work was done"


def _work(work: Callable[[Any], Any], connection: Connection, of_others: list[Connection]) -> None:
    """What a process does until nobody is there any more. Ctrl-C is for the process that it works for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # With the ends of others open here, a process would not notice that nobody feeds it any more.
    for other in of_others:
        other.close()
    try:
        while True:
            connection.send(work(connection.recv()))
    except (EOFError, ConnectionError):
        return
