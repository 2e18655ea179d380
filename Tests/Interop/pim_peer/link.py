"""One TCP connection: preamble, framing, and sending in order (spec/wire.md sections 2 and 5, spec/transport.md 2)."""

from __future__ import annotations

import asyncio
import socket
from collections import deque

from .control import ControlFrame
from .errors import CryptoError, FrameError, FramingError
from .frames import CONTROL, DATA, HANDSHAKE, MeshFrame, StreamFramer, TransportFrame, decode_handshake
from .handshake import Initiator
from .identity import Identity
from .session import MissingFrame, Session


class Link:
    """Bytes in, frames out. Also used bare, by tests that want to misbehave at any step."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, dialed: bool):
        self.dialed = dialed
        self.preamble: bytes | None = None
        self.session: Session | None = None
        self.previous: Session | None = None
        self.sealed_frames: deque[TransportFrame] = deque(maxlen=64)
        self._reader = reader
        self._writer = writer
        self._framer = StreamFramer()

    @classmethod
    async def dial(
        cls,
        port: int,
        host: str = "127.0.0.1",
        source: str | None = None,
        timeout: float = 3,
        sock: socket.socket | None = None,
    ) -> Link:
        """`sock` is connected already, perhaps in another network; then nothing else counts."""
        if sock is not None:
            return cls(*await asyncio.open_connection(sock=sock), dialed=True)
        local = (source, 0) if source else None
        opening = asyncio.open_connection(host, port, local_addr=local)
        return cls(*await asyncio.wait_for(opening, timeout), dialed=True)

    @property
    def remote_host(self) -> str:
        name = self._writer.get_extra_info("peername")
        return name[0] if name else ""

    def send_bytes(self, data: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(data)

    async def flush(self) -> None:
        await self._writer.drain()

    def send(self, frame: TransportFrame) -> None:
        self.send_bytes(frame.stream_message())

    def send_clear(self, kind: int, payload: bytes) -> None:
        self.send(TransportFrame(kind, payload))

    def send_frame(self, kind: int, payload: bytes) -> None:
        """Sealed where the session seals this type, otherwise clear."""
        if self.session is not None and self.session.seals(kind):
            self.send(self.session.seal(payload, kind))
        else:
            self.send_clear(kind, payload)

    def send_control(self, frame: ControlFrame) -> None:
        self.send_frame(CONTROL, frame.encode())

    def open(self, frame: TransportFrame) -> bytes:
        """The plaintext under the session, or under the one it replaced: what was on its way then still counts."""
        try:
            return self.session.open(frame)
        except MissingFrame:
            raise
        except CryptoError:
            if self.previous is None:
                raise
            return self.previous.open(frame)

    def send_mesh(self, frame: MeshFrame) -> TransportFrame:
        """Seals and queues in one step, so that counters leave in order."""
        if self.session is None:
            raise FrameError("no session on this link")
        sealed = self.session.seal(frame.encode())
        self.send(sealed)
        return sealed

    async def receive_preamble(self) -> bytes:
        self.preamble = await self._reader.readexactly(16)
        return self.preamble

    async def next_frame(self) -> TransportFrame | None:
        """The next well-formed frame, or None when the stream has ended. Malformed messages are skipped."""
        while True:
            message = self._framer.next()
            while message is None:
                try:
                    data = await self._reader.read(65536)
                except (ConnectionError, OSError):
                    return None
                if not data:
                    return None
                self._framer.feed(data)
                message = self._framer.next()
            try:
                frame = TransportFrame.decode(message)
            except FrameError:
                continue
            if frame.type == DATA:
                self.sealed_frames.append(frame)
            return frame

    async def expect(self, kind: int, timeout: float = 5) -> TransportFrame:
        """The next frame of one type; what comes in between is let go."""

        async def search() -> TransportFrame:
            while (frame := await self.next_frame()) is not None:
                if frame.type == kind:
                    return frame
            raise ConnectionError("the stream ended")

        return await asyncio.wait_for(search(), timeout)

    async def expect_mesh(self, timeout: float = 5) -> MeshFrame:
        frame = await self.expect(DATA, timeout)
        if self.session is None:
            raise FrameError("no session on this link")
        return MeshFrame.decode(self.session.open(frame))

    async def ended(self, timeout: float = 5) -> bool:
        """Whether the other side closes the stream before the deadline."""

        async def drain() -> None:
            try:
                while await self.next_frame() is not None:
                    pass
            except FramingError:
                pass

        try:
            await asyncio.wait_for(drain(), timeout)
            return True
        except (TimeoutError, asyncio.TimeoutError):
            return False

    async def introduce(
        self, identity: Identity, mesh_key: bytes | None = None, preamble: bool = True, nonce: bytes | None = None
    ) -> Initiator:
        """Plays the dialer up to and including Confirm, step by step and without a node behind it."""
        if preamble:
            self.send_bytes(identity.node_id)
        handshake = Initiator(identity, mesh_key, nonce=nonce)
        self.send_clear(HANDSHAKE, handshake.init.encode())
        answer = await self.expect(HANDSHAKE)
        confirm, self.session = handshake.receive(decode_handshake(answer.payload))
        self.send_clear(HANDSHAKE, confirm.encode())
        return handshake

    def close(self) -> None:
        self._writer.close()

    async def closed(self, patience: float = 1) -> None:
        """Waits until what was queued has left and the socket is closed; gives up on a peer that does not read."""
        try:
            await asyncio.wait_for(self._writer.wait_closed(), patience)
        except (OSError, asyncio.TimeoutError, TimeoutError):
            self.abort()

    def abort(self) -> None:
        self._writer.transport.abort()
