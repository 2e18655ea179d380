"""Somebody on a TCP path: sees every frame between a dialer and a listener, and may change what passes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from pim_peer.errors import FrameError
from pim_peer.frames import HANDSHAKE, StreamFramer, TransportFrame

TO_LISTENER, TO_DIALER = "to listener", "to dialer"


@dataclass(frozen=True)
class Passed:
    """A frame as it came from its sender."""

    connection: int
    direction: str
    frame: TransportFrame
    raw: bytes

    @property
    def is_clear(self) -> bool:
        return self.frame.nonce == bytes(12) and self.frame.tag == bytes(16)


class Wiretap:
    """Listens for one listener. `meddle(passed, tap)` returns the messages that go on in its direction."""

    def __init__(self, target: int):
        self.target = target
        self.port = 0
        self.passed: list[Passed] = []
        self.connections = 0
        self.meddle: Callable[[Passed, Wiretap], list[bytes]] | None = None
        self._writers: dict[tuple[int, str], asyncio.StreamWriter] = {}
        self._tasks: set[asyncio.Task] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> Wiretap:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers.values():
            writer.transport.abort()

    def inject(self, direction: str, message: bytes, connection: int | None = None) -> None:
        """Writes a message of its own into the last connection, or a given one."""
        number = self.connections if connection is None else connection
        self._writers[number, direction].write(len(message).to_bytes(4, "big") + message)

    def cut(self) -> None:
        """Ends the connections that stand; new ones are let through."""
        for writer in self._writers.values():
            writer.transport.abort()

    def of(self, direction: str, connection: int | None = None) -> list[Passed]:
        return [p for p in self.passed if p.direction == direction and connection in (None, p.connection)]

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self.connections += 1
        number = self.connections
        self._writers[number, TO_LISTENER], self._writers[number, TO_DIALER] = far_writer, writer
        loop = asyncio.get_running_loop()
        for work in (
            self._pass(number, TO_LISTENER, reader, far_writer, preamble=True),
            self._pass(number, TO_DIALER, far_reader, writer, preamble=False),
        ):
            task = loop.create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, number: int, direction: str, reader, writer, preamble: bool) -> None:
        framer = StreamFramer()
        try:
            if preamble:
                writer.write(await reader.readexactly(16))
            while data := await reader.read(65536):
                framer.feed(data)
                while (message := framer.next()) is not None:
                    for going in self._through(number, direction, message):
                        writer.write(len(going).to_bytes(4, "big") + going)
                await writer.drain()
        except (ConnectionError, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _through(self, number: int, direction: str, message: bytes) -> list[bytes]:
        try:
            passed = Passed(number, direction, TransportFrame.decode(message), message)
        except FrameError:
            return [message]
        self.passed.append(passed)
        return [message] if self.meddle is None else self.meddle(passed, self)


class Once:
    """Meddles with the first frame that is not of a handshake, after it was armed, in one direction."""

    def __init__(self, direction: str, change: Callable[[Passed, Wiretap], list[bytes]]):
        self.direction = direction
        self.change = change
        self.armed = False
        self.done = 0

    def __call__(self, passed: Passed, tap: Wiretap) -> list[bytes]:
        if not self.armed or passed.direction != self.direction or passed.frame.type == HANDSHAKE:
            return [passed.raw]
        self.armed = False
        self.done += 1
        return self.change(passed, tap)
