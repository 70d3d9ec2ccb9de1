"""Settings of gunicorn, the web server, for `./run up` and the image alike."""

import os
import signal
import sys
from typing import Any

from config.embedded.children import die_with_parent

bind = "0.0.0.0:8000"
workers = int(os.environ.get("PILOTAGE_WEB_WORKERS", "2"))
# Threads, because a browser opens connections in advance and would keep a sync worker waiting.
worker_class = "gthread"
threads = 4
# Loaded once and shared by the workers: half the memory, and no connection is open by then.
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
errorlog = "-"
# Workers tell by a file that they live; memory is quicker than a disk and always there on Linux.
worker_tmp_dir = "/dev/shm" if sys.platform == "linux" else None  # noqa: S108
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """A worker never outlives its master, so that the port is free again at once."""
    die_with_parent(signal.SIGKILL, parent=server.pid)()
