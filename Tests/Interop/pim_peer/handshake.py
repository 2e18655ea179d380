"""Both roles of the handshake, without I/O (spec/crypto.md section 5)."""

from __future__ import annotations

import hashlib
import hmac
import os

from .errors import HandshakeError
from .frames import INIT, RESPONSE, Confirm, Hello
from .identity import Identity, hkdf, node_id_of, verify, x25519, x25519_public
from .session import Session


def session_key(dh: bytes, initiator_nonce: bytes, responder_nonce: bytes, mesh_key: bytes | None = None) -> bytes:
    return hkdf(dh + (mesh_key or b""), b"pim-session-v1", salt=initiator_nonce + responder_nonce)


def transcript(init: Hello, response: Hello) -> bytes:
    halves = (part.public_key + part.ephemeral + part.nonce for part in (init, response))
    return b"".join(halves)


def confirmation(key: bytes, init: Hello, response: Hello) -> bytes:
    return hmac.new(key, transcript(init, response), hashlib.sha256).digest()


class _Party:
    def __init__(self, identity: Identity, mesh_key: bytes | None, ephemeral: bytes | None, nonce: bytes | None):
        self.identity = identity
        self.mesh_key = mesh_key
        self.ephemeral = ephemeral or os.urandom(32)
        self.nonce = nonce or os.urandom(32)
        self.peer: Hello | None = None
        self.key: bytes | None = None

    def _hello(self, kind: int) -> Hello:
        public = x25519_public(self.ephemeral)
        return Hello(kind, self.identity.public_key, public, self.nonce, self.identity.sign(public + self.nonce))

    def _check(self, hello: Hello) -> bytes:
        verify(hello.signature, hello.signed, hello.public_key)
        return x25519(self.ephemeral, hello.ephemeral)

    @property
    def peer_id(self) -> bytes:
        if self.peer is None:
            raise HandshakeError("nobody has introduced himself yet")
        return node_id_of(self.peer.public_key)


class Initiator(_Party):
    """The dialer: Init out, Response in, Confirm out, and the session stands."""

    def __init__(self, identity, mesh_key=None, ephemeral=None, nonce=None):
        super().__init__(identity, mesh_key, ephemeral, nonce)
        self.init = self._hello(INIT)

    def receive(self, message: Hello | Confirm) -> tuple[Confirm, Session]:
        if not isinstance(message, Hello) or message.kind != RESPONSE:
            raise HandshakeError("a Response was expected")
        self.key = session_key(self._check(message), self.nonce, message.nonce, self.mesh_key)
        self.peer = message
        return Confirm(confirmation(self.key, self.init, message)), Session(self.key, initiator=True)


class Responder(_Party):
    """The listener: Init in, Response out, Confirm in, and the session stands."""

    def __init__(self, identity, mesh_key=None, ephemeral=None, nonce=None):
        super().__init__(identity, mesh_key, ephemeral, nonce)
        self.response = self._hello(RESPONSE)

    def receive(self, message: Hello | Confirm) -> Hello:
        if not isinstance(message, Hello) or message.kind != INIT:
            raise HandshakeError("an Init was expected")
        self.key = session_key(self._check(message), message.nonce, self.nonce, self.mesh_key)
        self.peer = message
        return self.response

    def confirm(self, message: Hello | Confirm) -> Session:
        if self.peer is None or self.key is None or not isinstance(message, Confirm):
            raise HandshakeError("a Confirm was expected")
        if not hmac.compare_digest(message.mac, confirmation(self.key, self.peer, self.response)):
            raise HandshakeError("confirm mismatch: the mesh secrets differ")
        return Session(self.key, initiator=False)
