"""A daemon with an honest neighbour and somebody who is up to no good: a stranger, or a neighbour with a session."""

from __future__ import annotations

import random

from mesh_case import MeshCase
from pim_peer import box
from pim_peer.control import PluginPayload
from pim_peer.link import Link
from pim_peer.messaging import MESSAGE, encode_message
from pim_peer.node import BRISK, Timing
from waiting import until

STRANGER = "127.0.0.66"


class HostileCase(MeshCase):
    """A daemon with an honest neighbour, who must not notice anything."""

    async def asyncSetUp(self):
        self.target = await self.daemon("target")
        self.honest = await self.linked_peer(self.target)
        await self.exchange(self.target, self.honest, "before")
        self.before = await self.target.counters()

    async def stranger(self, preamble: bytes | None = None) -> Link:
        link = await Link.dial(self.target.port, source=STRANGER)
        self.addCleanup(link.abort)
        if preamble is not None:
            link.send_bytes(preamble)
        return link

    async def conclude(self, counters: str) -> None:
        await self.until_risen(self.target, self.before, counters)
        await self.assert_mesh_carries_on(self.target, self.honest)

    async def message_count(self, peer: bytes) -> int:
        return len(await self.target.history(peer))

    def sealed_message(self, text: str = "forged") -> PluginPayload:
        sealed = box.seal(text.encode(), self.target.identity.x25519_public)
        return PluginPayload(MESSAGE, encode_message(random.randbytes(16), 1, sealed))


class NeighbourCase(HostileCase):
    """The third one is a neighbour as well."""

    timing: Timing = BRISK
    """How often the bad neighbour speaks by itself."""

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.bad = await self.linked_peer(self.target, "bad", timing=self.timing)
        self.before = await self.target.counters()

    @property
    def link(self) -> Link:
        return self.bad.peers[self.target.id].link

    async def until_routed(self) -> None:
        await until(lambda: self.bad.table.hops(self.honest.id) == 2, "a route through the target")

    def plain_arrivals(self) -> list[bytes]:
        return [frame.payload for frame in self.honest.packets]

    async def until_counted(self, name: str, times: int) -> None:
        """Waits until a counter has risen by so much since the test began, and fails when it is more."""

        async def counted() -> int:
            return (await self.target.counters()).get(f"counters.{name}", 0) - self.before.get(f"counters.{name}", 0)

        async def reached() -> bool:
            return await counted() >= times

        await until(reached, f"{self.target.name} counts {times} {name}")
        self.assertEqual(await counted(), times, name)
