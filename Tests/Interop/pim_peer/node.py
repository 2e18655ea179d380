"""A node with the habits of the reference (spec/wire.md section 14, spec/routing.md 7 to 11, spec/transport.md 2)."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address

from .addresses import mesh_address
from .control import ControlFrame, Goodbye, PeerInfo, Ping, PluginPayload, Pong, decode_control
from .errors import FramingError, HandshakeError, PIMError
from .frames import (
    CONTROL,
    DATA,
    HANDSHAKE,
    HEARTBEAT,
    INIT,
    IS_CONTROL,
    ROUTE_UPDATE,
    Confirm,
    Heartbeat,
    Hello,
    MeshFrame,
    RouteUpdate,
    TransportFrame,
    decode_handshake,
)
from .handshake import Initiator, Responder
from .identity import Identity, node_id_of, verify
from .limiter import TokenBucket
from .link import Link
from .messaging import Messaging
from .routes import RouteTable
from .session import MissingFrame


@dataclass(frozen=True)
class Timing:
    """Periods in seconds. The reference's own; a test may shorten what it would otherwise wait for."""

    advertisement: float = 5.0
    heartbeat: float = 10.0
    silence: float = 15.0
    sweep: float = 5.0
    handshake: float = 10.0


BRISK = Timing(advertisement=0.2, heartbeat=1.0)


class Peer:
    """What a node keeps per connection: the link, the handshake in progress, the proven key."""

    def __init__(self, link: Link):
        self.link = link
        self.id: bytes | None = None
        self.public_key: bytes | None = None
        self.handshake: Initiator | Responder | None = None
        self.established = asyncio.Event()
        self.failure: Exception | None = None
        self.sessions = 0
        self.last_heartbeat = time.monotonic()
        self.limiter = TokenBucket(capacity=500, refill=200)
        self.deadline: asyncio.TimerHandle | None = None
        self.features = 0
        self.is_fresh = False


class Node:
    def __init__(
        self,
        identity: Identity | None = None,
        name: str = "python",
        mesh_key: bytes | None = None,
        timing: Timing = BRISK,
        prefix: str = "10.77.0.0/16",
        is_gateway: bool = False,
    ):
        self.identity = identity or Identity.generate()
        self.id = self.identity.node_id
        self.name = name
        self.mesh_key = mesh_key
        self.timing = timing
        self.port: int | None = None
        self.peers: dict[bytes, Peer] = {}
        self.directory: dict[bytes, PeerInfo] = {}
        self.relayed: list[tuple[bytes, bytes, MeshFrame]] = []
        self.tamper: Callable[[MeshFrame], list[MeshFrame]] | None = None
        """What a malicious relay makes of each frame it should pass on."""
        self.delivered: list[MeshFrame] = []
        self.on_packet: Callable[[MeshFrame], None] | None = None
        """Takes what arrives for this node apart from control frames."""
        self.updates_accepted = 0
        self.heartbeats: list[Heartbeat] = []
        self.pongs: list[int] = []
        self.goodbyes: list[Goodbye] = []
        self.dropped: list[str] = []
        self.handshake_failures: list[str] = []
        self.table = RouteTable(
            self.id, int(time.time() * 1000), lambda node: IPv4Address(mesh_address(node, prefix)).packed
        )
        self.table.is_gateway = is_gateway
        self.messaging = Messaging(self.identity.x25519_secret, self._key_of, self.send_payload)
        self._connections: set[Peer] = set()
        self._dialing: dict[str, Peer] = {}
        self._tasks: set[asyncio.Task] = set()
        self._server: asyncio.Server | None = None

    # Life

    async def start(self, host: str = "127.0.0.1", port: int = 0, sock: socket.socket | None = None) -> int:
        """Listens, on `sock` if there is one, and starts the periodic senders; returns the port."""
        where = {"host": host, "port": port} if sock is None else {"sock": sock}
        self._server = await asyncio.start_server(self._accepted, **where)
        self.port = self._server.sockets[0].getsockname()[1]
        self._spawn(self._every(self.timing.advertisement, self.advertise))
        self._spawn(self._every(self.timing.heartbeat, self.heartbeat))
        self._spawn(self._every(self.timing.sweep, self._sweep))
        return self.port

    async def stop(self, goodbye: bool = True) -> None:
        if goodbye:
            for peer in list(self.peers.values()):
                peer.link.send_control(Goodbye(self.id, 0))
        if self._server:
            self._server.close()
        connections = list(self._connections)
        for peer in connections:
            peer.link.close()
        await asyncio.gather(*(peer.link.closed() for peer in connections))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def packets(self) -> list[MeshFrame]:
        """What arrived for this node apart from control frames, which come unasked."""
        return [frame for frame in self.delivered if not frame.flags & IS_CONTROL]

    async def __aenter__(self) -> Node:
        await self.start()
        return self

    async def __aexit__(self, *_) -> None:
        await self.stop()

    def _spawn(self, work) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    async def _every(period: float, action) -> None:
        while True:
            action()
            await asyncio.sleep(period)

    # Connections

    async def dial(
        self, port: int, host: str = "127.0.0.1", source: str | None = None, sock: socket.socket | None = None
    ) -> Peer:
        """Connects, or takes a connected socket, and completes the handshake as initiator; raises HandshakeError when
        there is no session."""
        link = await Link.dial(port, host, source, sock=sock)
        link.send_bytes(self.id)
        peer = Peer(link)
        self._dialing[host] = peer
        try:
            self.greet(peer)
            self._spawn(self._serve(peer))
            await peer.established.wait()
        finally:
            if self._dialing.get(host) is peer:
                del self._dialing[host]
        if peer.failure:
            raise HandshakeError(str(peer.failure)) from peer.failure
        return peer

    def greet(self, peer: Peer) -> None:
        """Sends Init, on a fresh link or to renew the session of a live one."""
        peer.handshake = Initiator(self.identity, self.mesh_key, nonce=self._nonce())
        self._watch(peer)
        peer.link.send_clear(HANDSHAKE, peer.handshake.init.encode())

    def _nonce(self) -> bytes | None:
        """The nonce of the next handshake; random for a reference node."""
        return None

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(Link(reader, writer, dialed=False))
        try:
            await peer.link.receive_preamble()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        self._spawn(self._serve(peer))

    async def _serve(self, peer: Peer) -> None:
        self._connections.add(peer)
        try:
            while (frame := await peer.link.next_frame()) is not None:
                if not peer.limiter.take():
                    self.dropped.append("over the rate")
                    continue
                try:
                    self._dispatch(frame, peer)
                except HandshakeError as reason:
                    self._handshake_failed(peer, reason)
                except MissingFrame as reason:
                    self.dropped.append(str(reason))
                    return
                except PIMError as reason:
                    if peer.handshake and frame.type == HANDSHAKE:
                        self._handshake_failed(peer, reason)
                    else:
                        self.dropped.append(str(reason))
        except FramingError as reason:
            self.dropped.append(str(reason))
        finally:
            self._connections.discard(peer)
            self._unwatch(peer)
            if peer.id is not None and self.peers.get(peer.id) is peer:
                self._remove(peer)
            peer.failure = peer.failure or ConnectionError("the link closed before a session stood")
            peer.established.set()
            peer.link.close()

    def _remove(self, peer: Peer) -> None:
        del self.peers[peer.id]
        self.table.removed(peer.id)
        self.advertise()

    def _watch(self, peer: Peer) -> None:
        self._unwatch(peer)
        late = HandshakeError("no answer in time")
        loop = asyncio.get_running_loop()
        peer.deadline = loop.call_later(self.timing.handshake, self._handshake_failed, peer, late)

    @staticmethod
    def _unwatch(peer: Peer) -> None:
        if peer.deadline:
            peer.deadline.cancel()
            peer.deadline = None

    def _handshake_failed(self, peer: Peer, reason: Exception) -> None:
        self.handshake_failures.append(str(reason))
        self._unwatch(peer)
        peer.handshake = None
        if peer.link.session is None:
            peer.failure = reason
            peer.established.set()
            peer.link.close()

    # Receiving

    def _dispatch(self, frame: TransportFrame, peer: Peer) -> None:
        if frame.type == HANDSHAKE:
            self._handshake(decode_handshake(frame.payload), peer)
            return
        payload = frame.payload
        if peer.link.session is not None and peer.link.session.seals(frame.type):
            payload = peer.link.open(frame)
        elif frame.type == DATA:
            self.dropped.append("data before the session")
            return
        if frame.type == DATA:
            self._mesh(MeshFrame.decode(payload), peer)
        elif frame.type == ROUTE_UPDATE:
            self._route_update(RouteUpdate.decode(payload), peer)
        elif frame.type == HEARTBEAT:
            self.heartbeats.append(Heartbeat.decode(payload))
            peer.last_heartbeat = time.monotonic()
        elif frame.type == CONTROL:
            self._direct(payload, peer)

    def _handshake(self, message: Hello | Confirm, peer: Peer) -> None:
        if isinstance(peer.handshake, Initiator):
            confirm, session = peer.handshake.receive(message)
            peer.link.send_clear(HANDSHAKE, confirm.encode())
            self._install(peer, session)
        elif isinstance(peer.handshake, Responder):
            self._install(peer, peer.handshake.confirm(message))
        elif isinstance(message, Hello) and message.kind == INIT:
            if self._yields_to_own_dial(message, peer):
                peer.link.close()
                return
            handshake = Responder(self.identity, self.mesh_key, nonce=self._nonce())
            response = handshake.receive(message)
            peer.handshake = handshake
            self._watch(peer)
            peer.link.send_clear(HANDSHAKE, response.encode())
        else:
            self.dropped.append("handshake message out of turn")

    def _yields_to_own_dial(self, init: Hello, peer: Peer) -> bool:
        """Simultaneous dialing: the connection that the smaller NodeId dialed stays (spec/crypto.md 5.6)."""
        own = self._dialing.get(peer.link.remote_host)
        if own is None or own is peer or peer.link.dialed:
            return False
        if self.id > node_id_of(init.public_key):
            self._handshake_failed(own, HandshakeError("the other side's connection stays"))
            return False
        return True

    def _install(self, peer: Peer, session) -> None:
        """What follows a finished handshake in either role."""
        self._unwatch(peer)
        peer.id = peer.handshake.peer_id
        peer.public_key = peer.handshake.peer.public_key
        self._replace_session(peer, session)
        peer.handshake = None
        peer.sessions += 1
        peer.last_heartbeat = time.monotonic()
        older = self.peers.get(peer.id)
        self.peers[peer.id] = peer
        if older is not None and older is not peer:
            older.link.close()
        self.table.connected(peer.id)
        peer.link.send_frame(CONTROL, self.introduction(peer.id))
        peer.established.set()

    def _replace_session(self, peer: Peer, session) -> None:
        peer.link.previous, peer.link.session = peer.link.session, session

    def introduction(self, destination: bytes) -> bytes:
        """The control frame that tells a node this one's key and name."""
        return PeerInfo(self.identity.x25519_public, self.name).encode()

    def _mesh(self, frame: MeshFrame, peer: Peer) -> None:
        if frame.destination != self.id:
            self._relay(frame, peer)
            return
        self.delivered.append(frame)
        if frame.flags & IS_CONTROL:
            self._routed(frame, peer)
        elif self.on_packet:
            self.on_packet(frame)

    def _routed(self, frame: MeshFrame, peer: Peer) -> None:
        control = decode_control(frame.payload)
        if isinstance(control, (PeerInfo, PluginPayload)):
            self._host(control, frame.source)

    def _relay(self, frame: MeshFrame, peer: Peer) -> None:
        next_hop = self.table.next_hop(frame.destination)
        if frame.ttl == 0 or next_hop not in self.peers:
            self.dropped.append("ttl spent" if frame.ttl == 0 else "no route")
            return
        forwarded = MeshFrame(frame.source, frame.destination, frame.payload, frame.ttl - 1, frame.flags)
        self.relayed.append((peer.id, next_hop, frame))
        for tampered in [forwarded] if self.tamper is None else self.tamper(forwarded):
            self.relay_on(tampered)

    def relay_on(self, frame: MeshFrame) -> None:
        """Sends a frame of anybody towards its destination."""
        next_hop = self.table.next_hop(frame.destination)
        if next_hop in self.peers:
            self.peers[next_hop].link.send_mesh(frame)

    def _route_update(self, update: RouteUpdate, peer: Peer) -> None:
        if peer.public_key is None or update.signature == bytes(64):
            self.dropped.append("route update that cannot be verified")
            return
        verify(update.signature, update.signed, peer.public_key)
        if self.table.process(update, peer.id):
            self.updates_accepted += 1

    def _direct(self, payload: bytes, peer: Peer) -> None:
        self._control(decode_control(payload), peer)

    def _control(self, frame: ControlFrame, peer: Peer) -> None:
        if isinstance(frame, Ping):
            peer.link.send_control(Pong(frame.nonce))
        elif isinstance(frame, Pong):
            self.pongs.append(frame.nonce)
        elif isinstance(frame, Goodbye):
            self.goodbyes.append(frame)
            # Whoever is named goes, as in the reference; this node trusts what the daemon sends.
            departing = self.peers.get(frame.departing)
            if departing:
                self._remove(departing)
                departing.link.close()
        elif isinstance(frame, (PeerInfo, PluginPayload)):
            self._host(frame, peer.id or peer.link.preamble or bytes(16))

    def _host(self, frame: PeerInfo | PluginPayload, source: bytes) -> None:
        if isinstance(frame, PeerInfo):
            self.directory[source] = frame
        else:
            self.messaging.handle(source, frame.kind, frame.body)

    # Sending

    def _key_of(self, node: bytes) -> bytes | None:
        info = self.directory.get(node)
        return info.x25519 if info else None

    def send_mesh(self, destination: bytes, payload: bytes, flags: int = 0, ttl: int = 8) -> bool:
        """One originated mesh frame; False when there is no way to the destination."""
        next_hop = self.table.next_hop(destination)
        if next_hop not in self.peers:
            return False
        self.peers[next_hop].link.send_mesh(MeshFrame(self.id, destination, payload, ttl, flags))
        return True

    def send_payload(self, destination: bytes, kind: str, body: bytes) -> bool:
        return self.send_mesh(destination, PluginPayload(kind, body).encode(), IS_CONTROL)

    def announce_identity(self) -> None:
        """The routed PeerInfo of the identity broadcast, to every known destination."""
        for destination in list(self.table.routes):
            self.send_mesh(destination, self.introduction(destination), IS_CONTROL)

    def advertise(self) -> None:
        for node in list(self.table.direct):
            if node in self.peers:
                update = self.table.advertisement(node).signed_by(self.identity)
                self.peers[node].link.send_frame(ROUTE_UPDATE, update.encode())

    def heartbeat(self) -> None:
        """To every open connection, finished handshake or not."""
        gateway = (0, 0, self.identity.x25519_public) if self.table.is_gateway else ()
        frame = Heartbeat(self.id, int(time.time() * 1000), *gateway).encode()
        for peer in list(self._connections):
            peer.link.send_frame(HEARTBEAT, frame)

    def _sweep(self) -> None:
        now = time.monotonic()
        for peer in list(self.peers.values()):
            if now - peer.last_heartbeat > self.timing.silence:
                self._remove(peer)
                peer.link.close()
