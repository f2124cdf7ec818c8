"""Too much of everything, through the real server: the client hears why, and the next one is served."""

import socket
from uuid import uuid4

from tests.support.gunicorn import Gunicorn
from tests.support.phone import Phone

MEGABYTE = 1024 * 1024


def _served(phone: Phone) -> None:
    assert phone.put(*phone.seal()).status == 201


def test_a_body_of_12_mb_is_heard_out_and_the_client_hears_413(server: Gunicorn, phone: Phone) -> None:
    answer = server.send("PUT", f"/sync/v1/reports/{uuid4()}", b"x" * (12 * MEGABYTE), {})
    assert (answer.status, answer.json["type"]) == (413, "/problems/413.1")
    chunks = iter([b"x" * MEGABYTE] * 12)
    answer = server.send("PUT", f"/sync/v1/reports/{uuid4()}", chunks, {})
    assert (answer.status, answer.json["type"]) == (413, "/problems/413.1")
    _served(phone)


def test_a_body_without_end_is_cut_off(server: Gunicorn, phone: Phone) -> None:
    line = f"PUT /sync/v1/reports/{uuid4()} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {2**40}\r\n\r\n"
    with server.connect(line.encode()) as connection:
        connection.sendall(b"x" * MEGABYTE)
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
    _served(phone)


def test_a_body_in_broken_chunks_is_refused(server: Gunicorn, phone: Phone) -> None:
    broken = (
        f"PUT /sync/v1/reports/{uuid4()} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        "zz\r\nno chunk\r\n0\r\n\r\n"
    )
    with server.connect(broken.encode()) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 408 ")
    _served(phone)


def test_a_header_of_10_mb_is_refused(server: Gunicorn, phone: Phone) -> None:
    with server.connect(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ") as connection:
        answer = b""
        try:
            for _ in range(10):
                connection.sendall(b"x" * MEGABYTE)
            answer = connection.recv(100)
        except (ConnectionResetError, BrokenPipeError):
            # It was refused long before the end, which is just as well.
            answer = b"HTTP/1.1 4"
        assert answer.startswith(b"HTTP/1.1 4")
    _served(phone)


def test_ten_thousand_parts_are_refused(server: Gunicorn, phone: Phone) -> None:
    lines = b"".join(b"part report 8f0a1b2c3d4e5f60 2212\n" for _ in range(10_000))
    answer = server.send("PUT", f"/sync/v1/reports/{uuid4()}", b"intake-envelope/1\n" + lines, {})
    assert (answer.status, answer.json["type"]) == (422, "/problems/422.2")
    _served(phone)


def test_ten_thousand_headers_are_refused(server: Gunicorn, phone: Phone) -> None:
    lines = b"".join(f"X-{number}: y\r\n".encode() for number in range(10_000))
    with server.connect(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n") as connection:
        try:
            connection.sendall(lines + b"\r\n")
            answer = connection.recv(100)
        except (ConnectionResetError, BrokenPipeError):
            answer = b"HTTP/1.1 4"
        assert answer.startswith(b"HTTP/1.1 4")
    _served(phone)


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(server: Gunicorn, phone: Phone) -> None:
    report, sealed = phone.seal()
    line = (
        f"PUT /sync/v1/reports/{report} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(sealed)}\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with server.connect(line.encode()) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(sealed)
        assert b"HTTP/1.1 201 " in b"".join(iter(lambda: connection.recv(4096), b""))


def _read_until(connection: socket.socket, ending: bytes, times: int = 1) -> None:
    answers = b""
    while answers.count(ending) < times:
        answers += connection.recv(4096)


def test_one_connection_serves_many_requests(server: Gunicorn) -> None:
    asked = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with server.connect(b"") as connection:
        for _ in range(3):
            connection.sendall(asked)
            _read_until(connection, b"ok\n")
        # Two at once, and one in two pieces.
        connection.sendall(asked * 2)
        _read_until(connection, b"ok\n", times=2)
        connection.sendall(asked[:9])
        connection.sendall(asked[9:])
        _read_until(connection, b"ok\n")
