"""How gunicorn serves Intake: `gunicorn -c deploy/gunicorn.py "wsgi:public()"`.

Threads are few and strangers are many, so a thread is given only to a request whose header has arrived whole, and a
body must keep coming. Gunicorn's own threaded worker lets one byte every few seconds hold a thread for ever.
"""

import errno
import os
import resource
import selectors
import socket
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

# From the first byte to the empty line. One round trip on 2G is 0.6 s; a header is half a kilobyte.
HEADER_SECONDS = 20
HEADER_MOST = 16 * 1024
LOOK_AGAIN_SECONDS = 0.25
# A body may begin slowly, must bring 200 bytes a second over its whole length (four at once on the poorest 2G bring
# more), and may never pause longer than its first allowance. 513 KiB at that pace would be 44 minutes: too long.
BODY_SECONDS = 20
BODY_RATE = 200
BODY_MOST_SECONDS = 600
# How long a finished connection is listened to, so that the last answer is not cut off by a reset.
LINGER_SECONDS = 0.5


class PatientSocket(socket.socket):
    """A connection that gives up on a sender who is slower than any real network."""

    began = 0.0
    received = 0

    def begin(self) -> None:
        """A new request starts now."""
        self.began, self.received = time.monotonic(), 0

    def recv(self, size: int, flags: int = 0) -> bytes:
        allowed = min(BODY_SECONDS + self.received / BODY_RATE, BODY_MOST_SECONDS)
        left = self.began + allowed - time.monotonic()
        try:
            self.settimeout(max(0.001, min(left, BODY_SECONDS)))
            data = super().recv(size, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the sender is too slow") from None
        finally:
            # Answers are written without haste: the system's own buffer holds all of them.
            self.settimeout(BODY_SECONDS)
        self.received += len(data)
        return data


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The threaded worker, where connections wait for their header outside the threads."""

    def init_process(self) -> None:
        # Connections whose header has not arrived, and until when they may take.
        self.waiting: dict[TConn, float] = {}
        # Those of them that have sent a part of it, and when to look again.
        self.partial: dict[TConn, float] = {}
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Give the request a thread if its header is here, else wait for it on this side."""
        there = self._header(conn)
        if there == "whole":
            self.waiting.pop(conn, None)
            if not isinstance(conn.sock, PatientSocket):
                conn.sock = PatientSocket(fileno=conn.sock.detach())
            conn.sock.begin()
            conn.data_ready = True
            super().enqueue_req(conn)
            return
        self.waiting.setdefault(conn, time.monotonic() + HEADER_SECONDS)
        if there == "none":
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._arrived, conn))
        else:
            self.partial[conn] = time.monotonic() + LOOK_AGAIN_SECONDS

    def handle(self, conn: TConn) -> bool:
        """Answer one request and, when it was the last, take leave here rather than in the one main loop."""
        if super().handle(conn) is True:
            return True
        util.close_graceful(conn.sock, timeout=LINGER_SECONDS)
        return False

    def finish_request(self, conn: TConn, done: "Future[Any]") -> None:
        if not done.cancelled() and done.exception() is None and done.result() is False:
            self.nr_conns -= 1
            return
        super().finish_request(conn, done)

    def murder_pending(self) -> None:
        """Called by the main loop at every turn: look again at those who hesitate, close those who took too long."""
        now = time.monotonic()
        for conn, due in list(self.partial.items()):
            if due <= now:
                del self.partial[conn]
                self.enqueue_req(conn)
        for conn, until in list(self.waiting.items()):
            if until <= now:
                self._give_up(conn)
        super().murder_pending()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(LOOK_AGAIN_SECONDS if self.partial else timeout)

    def _arrived(self, conn: TConn, sock: socket.socket) -> None:
        self.poller.unregister(sock)
        self.enqueue_req(conn)

    def _give_up(self, conn: TConn) -> None:
        del self.waiting[conn]
        if self.partial.pop(conn, None) is None:
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    @staticmethod
    def _header(conn: TConn) -> str:
        """How much of a request's header the system holds: none, part or whole. A closed connection counts as whole."""
        if conn.parser is not None and conn.parser.unreader.buf.getbuffer().nbytes:
            return "whole"
        try:
            seen = conn.sock.recv(HEADER_MOST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return "none"
        except OSError:
            return "whole"
        return "whole" if not seen or b"\r\n\r\n" in seen or len(seen) == HEADER_MOST else "part"


# What a process remembers must not be left on a disk when it dies.
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

bind = f"127.0.0.1:{os.environ.get('INTAKE_PORT') or 8000}"
worker_class = PatientWorker
workers = int(os.environ.get("INTAKE_WORKERS") or 1)
threads = 32
worker_connections = 1000
backlog = 512
timeout = 60
graceful_timeout = 30
# A phone on 2G pays 1.2 s for every new connection.
keepalive = 30
limit_request_line = 2048
limit_request_fields = 50
limit_request_field_size = 4096
umask = 0o077
# No access log: it would say who sent when, and from where.
accesslog = None
errorlog = "-"
loglevel = "warning"
