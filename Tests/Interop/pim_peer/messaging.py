"""User messages as a reference node exchanges them: no outbox, no retry (spec/messaging.md sections 3, 5 and 9)."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

from . import box
from .errors import CryptoError, FrameError
from .reader import Reader

MESSAGE, ACKNOWLEDGEMENT = "messaging.msg", "messaging.ack"
DELIVERED, READ = 1, 2
BODY_LIMIT = 8192


@dataclass(frozen=True)
class Received:
    source: bytes
    id: bytes
    timestamp_ms: int
    body: str


def encode_message(message_id: bytes, timestamp_ms: int, sealed: bytes) -> bytes:
    return message_id + timestamp_ms.to_bytes(8, "big") + sealed


def decode_message(body: bytes) -> tuple[bytes, int, bytes]:
    reader = Reader(body)
    return reader.take(16), reader.number(8), reader.rest()


def decode_acknowledgement(body: bytes) -> tuple[bytes, int]:
    reader = Reader(body)
    message_id, kind = reader.take(16), reader.number(1)
    if kind not in (DELIVERED, READ):
        raise FrameError(f"acknowledgement kind {kind}")
    return message_id, kind


class Messaging:
    """The plugin of one node. `send_payload(destination, kind, body)` tells whether there was a way."""

    def __init__(self, static_secret: bytes, key_of, send_payload):
        self.inbox: list[Received] = []
        self.acknowledged: list[tuple[bytes, bytes, int]] = []
        self.refused = 0
        self._secret = static_secret
        self._key_of = key_of
        self._send = send_payload

    def send(self, destination: bytes, text: str, message_id: bytes | None = None) -> bytes:
        body = text.encode()
        if not 0 < len(body) <= BODY_LIMIT:
            raise FrameError("body empty or too long")
        key = self._key_of(destination)
        if key is None:
            raise CryptoError("no key of the recipient")
        message_id = message_id or uuid.uuid4().bytes
        sealed = box.seal(body, key)
        if not self._send(destination, MESSAGE, encode_message(message_id, int(time.time() * 1000), sealed)):
            raise ConnectionError("no route")
        return message_id

    def is_acknowledged(self, by: bytes, message_id: bytes, kind: int = DELIVERED) -> bool:
        return (by, message_id, kind) in self.acknowledged

    def handle(self, source: bytes, kind: str, body: bytes) -> None:
        try:
            if kind == MESSAGE:
                self._receive(source, body)
            elif kind == ACKNOWLEDGEMENT:
                self.acknowledged.append((source, *decode_acknowledgement(body)))
        except (FrameError, CryptoError, UnicodeDecodeError):
            self.refused += 1

    def _receive(self, source: bytes, body: bytes) -> None:
        message_id, timestamp, sealed = decode_message(body)
        text = box.open_box(sealed, self._secret).decode("utf-8")
        self.inbox.append(Received(source, message_id, timestamp, text))
        self._send(source, ACKNOWLEDGEMENT, message_id + bytes([DELIVERED]))
