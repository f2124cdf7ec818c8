"""How gunicorn serves Intake: `gunicorn -c deploy/gunicorn.py "wsgi:public()"`.

Threads are few and strangers are many, so a thread is given only to a request that has arrived, and what comes must
keep coming. Gunicorn's own threaded worker lets one byte every few seconds hold a thread for ever.
"""

import errno
import os
import re
import resource
import selectors
import socket
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

# From the first byte to the empty line. One round trip on 2G is 0.6 s; a header is half a kilobyte.
HEADER_SECONDS = 20
HEADER_MOST = 16 * 1024
# A body may begin slowly and must then bring 200 bytes a second over its whole length (four at once on the poorest 2G
# bring more).
BODY_SECONDS = 20
BODY_RATE = 200
BODY_MOST_SECONDS = 600
# The largest envelope and its header. Of more than that a thread reads the rest.
BODY_WAITED_FOR = 514 * 1024
# Of all unfinished requests together. Beyond it threads must help.
MEMORY = 64 * 1024 * 1024
READ_AT_ONCE = 256 * 1024
# How long a finished connection is listened to, so that the last answer is not cut off by a reset.
LINGER_SECONDS = 0.5

HEADER_END = b"\r\n\r\n"
CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*(?=\r\n|$)", re.I)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.I)
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.I)


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


@dataclass
class Arriving:
    """What has come of a request that is not yet whole, and since when it has been coming."""

    began: float
    data: bytearray = field(default_factory=bytearray)
    told_to_go_on: bool = False

    def due(self) -> float:
        """When to give up on it."""
        if HEADER_END not in self.data:
            return self.began + HEADER_SECONDS
        return self.began + min(BODY_SECONDS + len(self.data) / BODY_RATE, BODY_MOST_SECONDS)

    def whole(self) -> bool:
        """Whether a thread may begin: everything is here, or so much that the rest is sure to come."""
        header, found, body = self.data.partition(HEADER_END)
        if not found:
            return len(self.data) >= HEADER_MOST
        length = CONTENT_LENGTH.search(header)
        if length is None and CHUNKED.search(header):
            return body.endswith(b"0\r\n\r\n") or len(body) >= BODY_WAITED_FOR
        return len(body) >= min(int(length[1]) if length else 0, BODY_WAITED_FOR)

    def waits_for_a_word(self) -> bool:
        """Whether the sender wants to hear "100 Continue" before it sends the body."""
        return not self.told_to_go_on and HEADER_END in self.data and EXPECTS.search(self.data) is not None


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The threaded worker, where requests arrive in the one main loop and only then get a thread."""

    def init_process(self) -> None:
        self.arriving: dict[TConn, Arriving] = {}
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """A connection is new, or its next request begins: read along until the request is whole."""
        if conn.initialized and conn.parser.unreader.buf.getbuffer().nbytes:
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        self.arriving[conn] = Arriving(time.monotonic())
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))
        self._read(conn, conn.sock)

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
        """Called by the main loop at every turn, at least once a second: close those who took too long."""
        now = time.monotonic()
        for conn, arriving in list(self.arriving.items()):
            if arriving.due() <= now:
                self._forget(conn)
                self.nr_conns -= 1
                conn.close()
        super().murder_pending()

    def _read(self, conn: TConn, _: socket.socket) -> None:
        arriving = self.arriving[conn]
        try:
            data = conn.sock.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        arriving.data += data
        if arriving.waits_for_a_word():
            arriving.told_to_go_on = True
            conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        if not data or arriving.whole() or self._too_much():
            self._begin(conn, bytes(self._forget(conn).data))

    def _begin(self, conn: TConn, data: bytes) -> None:
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket(fileno=conn.sock.detach())
        conn.sock.begin()
        conn.init()
        conn.parser.unreader.unread(data)
        super().enqueue_req(conn)

    def _forget(self, conn: TConn) -> Arriving:
        self.poller.unregister(conn.sock)
        return self.arriving.pop(conn)

    def _too_much(self) -> bool:
        return sum(len(one.data) for one in self.arriving.values()) > MEMORY


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
# No access log: it would say who sent when, and from where. So would the warnings about requests that are none.
accesslog = None
errorlog = "-"
loglevel = "error"
