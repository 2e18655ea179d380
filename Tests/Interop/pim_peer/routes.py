"""Distance-vector table by the reference's rules (spec/routing.md sections 3, 5, 6 and 8)."""

from __future__ import annotations

from dataclasses import dataclass

from .frames import RouteEntry, RouteUpdate

INFINITY = 16


@dataclass
class Route:
    next_hop: bytes
    hops: int
    is_gateway: bool
    sequence: int


class RouteTable:
    def __init__(self, own: bytes, first_sequence: int, address_of):
        self.own = own
        self.is_gateway = False
        self.routes: dict[bytes, Route] = {}
        self.direct: set[bytes] = set()
        self._heard: dict[bytes, int] = {}
        self._sequence = first_sequence
        self._address_of = address_of

    def next_hop(self, destination: bytes) -> bytes | None:
        route = self.routes.get(destination)
        return route.next_hop if route else None

    def hops(self, destination: bytes) -> int | None:
        route = self.routes.get(destination)
        return route.hops if route else None

    def connected(self, peer: bytes) -> None:
        self.direct.add(peer)
        self.routes[peer] = Route(peer, 1, False, 0)

    def removed(self, peer: bytes) -> None:
        self.direct.discard(peer)
        self._heard.pop(peer, None)
        self.routes = {d: r for d, r in self.routes.items() if r.next_hop != peer}

    def process(self, update: RouteUpdate, peer: bytes) -> bool:
        """Takes a signature-checked update of a neighbour; tells whether it counted at all."""
        if update.origin != peer or update.sequence <= self._heard.get(peer, 0):
            return False
        self._heard[peer] = update.sequence
        if any(entry.hops == 0 and entry.destination != peer for entry in update.entries):
            return False
        if peer not in self.routes:
            self.routes[peer] = Route(peer, 1, False, update.sequence)
        for entry in update.entries:
            if entry.destination != self.own:
                self._offer(entry, peer, update.sequence)
        present = {entry.destination for entry in update.entries} | {peer}
        for destination in [d for d, r in self.routes.items() if r.next_hop == peer and d not in present]:
            del self.routes[destination]
        return True

    def _offer(self, entry: RouteEntry, peer: bytes, sequence: int) -> None:
        distance = min(entry.hops + 1, INFINITY)
        known = self.routes.get(entry.destination)
        if distance == INFINITY:
            if known and known.next_hop == peer:
                del self.routes[entry.destination]
            return
        refresh = known is not None and known.next_hop == peer and sequence > known.sequence
        if known is None or distance < known.hops or refresh:
            self.routes[entry.destination] = Route(peer, distance, entry.is_gateway, sequence)

    def advertisement(self, neighbour: bytes) -> RouteUpdate:
        """The complete table as told to one neighbour, still unsigned."""
        self._sequence += 1
        entries = [RouteEntry(self.own, 0, self.is_gateway, self._address_of(self.own))]
        for destination, route in self.routes.items():
            if destination != neighbour:
                hops = INFINITY if route.next_hop == neighbour else route.hops
                entries.append(RouteEntry(destination, hops, route.is_gateway, self._address_of(destination)))
        return RouteUpdate(self.own, self._sequence, tuple(entries))
