"""A slow link: a TCP relay that all bytes of a phone share, with a rate and a delay each way.

Chromium's own throttling does not slow a service worker; a relay slows everything that passes, page and worker alike.
Opening a connection costs one round trip, as it does on a real link. Loss is not emulated.
"""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread


@dataclass
class SlowLink:
    """`rate` in bits a second, `delay` in seconds one way; the phone goes to `url`; `carried` counts bytes each way."""

    target: tuple[str, int]
    rate: float = 50_000
    delay: float = 0.3
    port: int = 0
    carried: dict[str, int] = field(default_factory=lambda: {"down": 0, "up": 0})
    _free: dict[str, float] = field(default_factory=lambda: {"down": 0.0, "up": 0.0})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def seconds(self, octets: int) -> float:
        """How long that many bytes take on this link at least."""
        return octets * 8 / self.rate

    async def _pump(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Every chunk leaves when the shared line is free, and arrives a delay later, in order."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, chunk = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not chunk:
                    writer.close()
                    return
                writer.write(chunk)
                await writer.drain()

        delivery = asyncio.create_task(deliver())
        with suppress(ConnectionError):
            while chunk := await reader.read(1400):
                self.carried[way] += len(chunk)
                self._free[way] = max(self._free[way], loop.time()) + self.seconds(len(chunk))
                queue.put_nowait((self._free[way] + self.delay, chunk))
                await asyncio.sleep(max(0.0, self._free[way] - loop.time()))
        queue.put_nowait((loop.time() + self.delay, b""))
        with suppress(ConnectionError):
            await delivery

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self.delay)
        there, back = await asyncio.open_connection(*self.target)
        with suppress(asyncio.CancelledError), closing(back), closing(writer):
            await asyncio.gather(self._pump("up", reader, back), self._pump("down", there, writer))

    async def _run(self, ready: Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()


@contextmanager
def slow_link(host: str, port: int, *, rate: float = 50_000, delay: float = 0.3) -> Iterator[SlowLink]:
    """2G by default: 50 kbit/s and 600 ms for a round trip."""
    link, ready, loop, stop = SlowLink((host, port), rate, delay), Event(), asyncio.new_event_loop(), asyncio.Event()

    def run() -> None:
        loop.run_until_complete(link._run(ready, stop))
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = Thread(target=run, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield link
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
