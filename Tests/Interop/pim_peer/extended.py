"""A node of our own kind: seals its links, signs its PeerInfos, has sessions (design/extensions.md).

What it sends can be made by hand, too: `offer_to`, `answer_to`, `seal_to` and `introduction` return bytes that a test may
bend before it gives them to `send_mesh`. Several attributes switch single habits off.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from .control import PeerInfo, PluginPayload, decode_control
from .endtoend import PACKETS, EndToEnd, decode_payload, encode_payload, is_sealed, read_header
from .errors import CryptoError, PIMError
from .features import SEALED_LINKS, SESSIONS, announced, announcing_nonce
from .frames import HEARTBEAT, IS_CONTROL, Heartbeat, MeshFrame, TransportFrame
from .handshake import Responder
from .identity import x25519_public
from .node import Node, Peer
from .trailer import Trailer, read_trailer, signed_peer_info

OFFER_TIMES = (0, 1, 3, 7)


class ExtendedNode(Node):
    def __init__(self, *arguments, features: int = SEALED_LINKS | SESSIONS, **options):
        super().__init__(*arguments, **options)
        self.features = features
        self.pins: dict[bytes, int] = {}
        """The features of other nodes that were proven fresh."""
        self.trailers: dict[bytes, Trailer] = {}
        """The last valid one of each node."""
        self.references: set[bytes] = set()
        self.sessions: dict[bytes, EndToEnd] = {}
        self.current: dict[bytes, EndToEnd] = {}
        self.established: list[EndToEnd] = []
        self.offers: dict[bytes, tuple[bytes, bytes]] = {}
        self.offers_received: list[tuple[bytes, bytes]] = []
        self.answers: dict[bytes, bytes] = {}
        self.waiting: dict[bytes, list[bytes]] = {}
        self.received: list[tuple[bytes, str, bytes]] = []
        """What came in sealed payloads: source, kind, body."""
        self.confirmations: list[bytes] = []
        self.on_packets: Callable[[bytes, bytes], None] | None = None
        """Takes the source and the plaintext of each sealed frame of packets."""
        self.answers_offers = True
        self.offers_to_strangers_sessions = True

    # Links

    def _nonce(self) -> bytes | None:
        return announcing_nonce(self.features)

    def _replace_session(self, peer: Peer, session) -> None:
        is_responder = isinstance(peer.handshake, Responder)
        peer.features = announced(peer.handshake.peer.nonce)
        peer.is_fresh = is_responder
        if self.features & peer.features & SEALED_LINKS:
            session.seals_everything = True
            session.prefix = os.urandom(8)
        if is_responder:
            self.pins[peer.id] = peer.features
        super()._replace_session(peer, session)

    def _dispatch(self, frame: TransportFrame, peer: Peer) -> None:
        session = peer.link.session
        before = session.last if session else None
        super()._dispatch(frame, peer)
        if session is peer.link.session and session and session.last != before and not peer.is_fresh:
            peer.is_fresh = True
            self.pins[peer.id] = peer.features

    def heartbeat(self) -> None:
        frame = Heartbeat(self.id, 1).encode()
        for peer in list(self.peers.values()):
            peer.link.send_frame(HEARTBEAT, frame)

    # PeerInfo

    def introduction(self, destination: bytes, offer: bytes | None = None, answer=None) -> bytes:
        return signed_peer_info(self.identity, destination, self.name, self.features, offer, answer)

    def _direct(self, payload: bytes, peer: Peer) -> None:
        if payload[:1] == b"\x07":
            self._introduced(payload, peer.id)
        else:
            super()._direct(payload, peer)

    def _introduced(self, payload: bytes, source: bytes) -> None:
        info, trailer = decode_control(payload), read_trailer(payload)
        if trailer is None:
            if source in self.trailers:
                raise CryptoError("unsigned PeerInfo of a verified node")
            self.directory[source] = info
            self.references.add(source)
            return
        if trailer.answer and self._offered_to(source) != trailer.answer[1]:
            raise CryptoError("answer to no offer")
        trailer.check(source, self.id)
        self.trailers[source] = trailer
        self.directory[source] = info
        if trailer.answer:
            self._answered(source, trailer)
        if trailer.offer:
            self.offers_received.append((source, trailer.offer))
            if self.answers_offers and self.features & SESSIONS:
                self.send_mesh(source, self.answer_to(source, trailer), IS_CONTROL)

    # Sessions

    def _offered_to(self, node: bytes) -> bytes | None:
        return x25519_public(self.offers[node][0]) if node in self.offers else None

    def offer_to(self, node: bytes) -> bytes:
        """The bytes of a fresh offer; it counts as outstanding."""
        secret = os.urandom(32)
        payload = self.introduction(node, offer=x25519_public(secret))
        self.offers[node] = (secret, payload)
        return payload

    def make_offer(self, node: bytes) -> None:
        if node in self.offers:
            return
        payload = self.offer_to(node)

        async def repeat() -> None:
            for earlier, now in zip((0,) + OFFER_TIMES, OFFER_TIMES):
                await asyncio.sleep(now - earlier)
                if self.offers.get(node, (b"", b""))[1] != payload:
                    return
                self.send_mesh(node, payload, IS_CONTROL)

        self._spawn(repeat())

    def answer_to(self, node: bytes, trailer: Trailer) -> bytes:
        """The bytes of the answer to an offer; the session opens from now on."""
        if trailer.offer not in self.answers:
            secret = os.urandom(32)
            session = EndToEnd(self.id, node, secret, trailer.offer, is_initiator=False)
            session.features = trailer.features
            self.sessions[session.id] = session
            self.answers[trailer.offer] = self.introduction(node, answer=(x25519_public(secret), trailer.offer))
        return self.answers[trailer.offer]

    def _answered(self, source: bytes, trailer: Trailer) -> None:
        secret, _ = self.offers.pop(source)
        session = EndToEnd(self.id, source, secret, trailer.answer[0], is_initiator=True)
        session.features = trailer.features
        self.sessions[session.id] = session
        self._establish(session)
        waiting = self.waiting.pop(source, [])
        for plaintext in waiting or [b""]:
            self.send_mesh(source, session.seal(plaintext), IS_CONTROL)

    def _establish(self, session: EndToEnd) -> None:
        self.current[session.peer] = session
        self.established.append(session)
        self.pins[session.peer] = session.features
        self.references.discard(session.peer)

    def lose_sessions(self) -> None:
        """As a restart does; pins and keys of others are on disk."""
        self.sessions.clear()
        self.current.clear()
        self.offers.clear()
        self.answers.clear()

    # Payloads

    def send_packets(self, node: bytes, plaintext: bytes) -> bool:
        """A sealed frame of packets; what it holds is the caller's business."""
        return self.send_mesh(node, self.current[node].seal(plaintext, PACKETS), IS_CONTROL)

    def seal_to(self, node: bytes, kind: str, body: bytes) -> bytes:
        return self.current[node].seal(encode_payload(kind, body))

    def send_payload(self, destination: bytes, kind: str, body: bytes) -> bool:
        if destination in self.current:
            return self.send_mesh(destination, self.seal_to(destination, kind, body), IS_CONTROL)
        if destination in self.references and not self.pins.get(destination, 0) & SESSIONS:
            return super().send_payload(destination, kind, body)
        if self.table.next_hop(destination) is None:
            return False
        self.waiting.setdefault(destination, []).append(encode_payload(kind, body))
        self.make_offer(destination)
        return True

    def _routed(self, frame: MeshFrame, peer: Peer) -> None:
        if is_sealed(frame.payload):
            self._sealed(frame)
        elif frame.payload[:1] == b"\x07":
            self._introduced(frame.payload, frame.source)
        elif self.pins.get(frame.source, 0) & SESSIONS:
            raise PIMError("reference form in the name of a pinned node")
        else:
            super()._routed(frame, peer)

    def _sealed(self, frame: MeshFrame) -> None:
        session = self.sessions.get(read_header(frame.payload)[1])
        if session is None:
            if self.offers_to_strangers_sessions:
                self.make_offer(frame.source)
            raise PIMError("unknown session")
        if session.peer != frame.source:
            raise CryptoError("sealed frame of another node")
        plaintext = session.open(frame.payload)
        if session.opened == 1 and not session.is_initiator:
            self._establish(session)
        if frame.payload[0] == PACKETS:
            if self.on_packets:
                self.on_packets(frame.source, plaintext)
            return
        payload = decode_payload(plaintext)
        if payload is None:
            self.confirmations.append(frame.source)
            return
        self.received.append((frame.source, *payload))
        self.messaging.handle(frame.source, *payload)


def reference_payload(kind: str, body: bytes) -> bytes:
    """The form in which the reference sends a payload, whoever it claims to come from."""
    return PluginPayload(kind, body).encode()


def unsigned_introduction(x25519: bytes, name: str) -> bytes:
    return PeerInfo(x25519, name).encode()
