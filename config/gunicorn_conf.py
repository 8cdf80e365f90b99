"""How gunicorn serves Conus. `config.serve` names the addresses, which are loopback alone."""

import logging
import threading

from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

worker_class = "gthread"
workers = 2
threads = 4
preload_app = True  # a fault in the application shows before an address is printed
control_socket_disable = True
loglevel = "warning"
accesslog = None  # a line a request would hold paths with ids in them


def without_request(record: logging.LogRecord) -> bool:
    """Take the request's own text out of gunicorn's messages; it can hold what a person typed."""
    if record.msg.startswith("Error handling request"):
        record.msg, record.args, record.exc_info = "A request failed in the server.", (), None
    elif record.msg.startswith("Invalid request from"):
        record.msg, record.args = "A malformed request was refused.", ()
    return True


class QuietLogger(Logger):  # type: ignore[misc]
    """gunicorn's log, without what requests say."""

    def setup(self, cfg: Config) -> None:
        """Set gunicorn's loggers up, and filter the error log."""
        super().setup(cfg)
        self.error_log.addFilter(without_request)


logger_class = QuietLogger


def when_ready(server: Arbiter) -> None:
    """Say where Conus is, once it listens."""
    first: str = server.cfg.bind[0] if isinstance(server.cfg.bind, list) else server.cfg.bind
    print(f"Conus is at http://localhost:{first.rpartition(':')[2]}", flush=True)


def post_worker_init(worker: Worker) -> None:
    """Have each worker look, once a minute, whether the event log is due for a checkpoint."""
    from decisions.log.services import keep_writing_checkpoints

    threading.Thread(
        target=keep_writing_checkpoints, args=(threading.Event(),), name="checkpoints", daemon=True
    ).start()


def on_exit(server: Arbiter) -> None:
    """Write a last checkpoint once every worker has ended."""
    from decisions.log.services import write_checkpoint_quietly

    write_checkpoint_quietly()
