"""Every figure the desktop UI shows, against a second source, and seen to change: nothing of it is a constant."""

from __future__ import annotations

import inspect
import time
import unittest

from test_namespace_interface_walk import NEARBY, RECEIPTS
from ui_client import UserInterface
from ui_episodes import World
from ui_fields import FIELDS, FIXED, Field, shown
from ui_model import ANSWERS, EVENTS

# In the order in which they happen; what an episode breaks, the method `after_…` mends.
EPISODES = (
    "a while", "a narrow interface", "the interface down", "the route on", "a page", "a connection", "much",
    "pings to nobody", "a small gateway", "a busy gateway", "one too many", "no uplink", "a message", "another message",
    "a message read", "an answer", "a label", "a silent relay", "a slow gateway", "too much", "a revoked relay", "a cable", "a static peer",
    "no gateway", "no relay", "another relay", "a peer forgotten", "another client",
)
SCREENS = (
    "status", "peers.list", "peers.discovered", "route.table", "gateway.status", "config.get", "mesh.status",
    "messages.list_conversations", "messages.history",
)
PATIENCE = 45


class Table(unittest.TestCase):
    def test_every_member_the_ui_knows_is_in_the_table(self):
        members = {f"{method} {place}" for method in SCREENS for place in shown(ANSWERS[method])}
        # The peers of a status are those of the list.
        members = {member for member in members if not member.startswith("status peers.")}
        self.assertEqual(members - {field.member for field in FIELDS} - set(FIXED), set())
        self.assertEqual(set(FIXED) - members, set())


class Fields(World):
    async def asyncSetUp(self):
        self.internet()
        self.client, self.relay, self.gateway = self.line(
            "client", "relay", "gateway", gateways=("gateway",), discovery=NEARBY, extra=RECEIPTS
        )
        for daemon, address in ((self.relay, "10.1.1.2"), (self.gateway, "10.1.2.2")):
            daemon.cable = address
        self.prepare_world()
        await self.up(self.client, self.relay, self.gateway)
        await self.until_gateway(self.client, self.gateway)

    async def value(self, field: Field):
        who, method, place = field.name.split(" ", 2)
        params = {"include_relayed": True} if method == "peers.list" else None
        if method == "messages.history":
            params = {"peer_node_id": self.gateway.id.hex()}
        return field.take(await getattr(self, who).call(method, params), place, self)

    async def agrees(self, field: Field, before=None) -> None:
        """Both sources say the same, a moment apart at most, and something else than before."""
        deadline, value, expected = time.monotonic() + PATIENCE, None, None
        while time.monotonic() < deadline:
            expected = field.source(self)
            value = await self.value(field)
            if expected == value and (before is None or value != before[0]):
                return
        unchanged = f", and was {before[0]!r} before" if before else ""
        self.fail(f"{field.name} is {value!r}, by the second source {expected!r}{unchanged}")

    async def test_every_figure_has_a_second_source_and_changes(self):
        self.assertEqual({field.change for field in FIELDS}, set(EPISODES))
        for daemon in (self.client, self.gateway):
            await self.watch(daemon)
        await self.live_through()
        for stream, kinds in EVENTS.items():
            heard = set().union(*(screen.kinds(stream.split(".")[0]) for screen in self.screens.values()))
            with self.subTest(stream):
                self.assertEqual(set(kinds) - heard, set(), "kinds of events that were not heard")
        for screen in self.screens.values():
            await screen.close()

    async def watch(self, daemon) -> None:
        screen = await UserInterface.connect(daemon.socket)
        self.addAsyncCleanup(screen.close)
        self.screens[daemon.name] = screen
        await screen.start()

    async def live_through(self) -> None:
        for episode in EPISODES:
            fields = [field for field in FIELDS if field.change == episode]
            before = {}
            for field in fields:
                with self.subTest(episode=f"before {episode}", field=field.name):
                    await self.agrees(field)
                    before[field] = [await self.value(field)]
            name = episode.replace(" ", "_")
            await getattr(self, name)()
            for field in fields:
                with self.subTest(episode=episode, field=field.name):
                    await self.agrees(field, before.get(field))
            mend = getattr(self, f"after_{name}", None)
            if mend is not None and inspect.isawaitable(done := mend()):
                await done
