"""`pim top` at a real terminal."""

from __future__ import annotations

import json
import signal
import unittest

from daemon import PIM, Daemon
from mesh_case import MeshCase
from terminal import Terminal
from waiting import until


class Top(MeshCase):
    def terminal(self, daemon: Daemon, *arguments: str, **options) -> Terminal:
        terminal = Terminal([str(PIM), *arguments], daemon.environment, **options)
        self.addAsyncCleanup(terminal.close)
        return terminal

    async def pair(self) -> tuple[Daemon, Daemon]:
        relay = await self.daemon("relay")
        edge = await self.daemon("edge", peers=(f"127.0.0.1:{relay.port}",))
        await until(lambda: self.is_linked(edge, relay), "the two are linked")
        return relay, edge

    async def is_linked(self, one: Daemon, other: Daemon) -> bool:
        return other.id in await one.linked()

    async def test_it_draws_follows_the_size_takes_keys_and_gives_the_terminal_back(self):
        relay, edge = await self.pair()
        top = self.terminal(edge, "top", "--interval", "0.2")
        await top.until_shown(r"^edge \(")
        await top.until_shown(r"1 Peers 1")
        await top.until_shown(r"relay .*active")
        await top.until_shown(r"traffic .* packets/s")
        self.assertIn(1049, top.screen.modes)
        await until(lambda: len(top.screen.picture.split("\n")) == 30, "thirty lines are drawn")

        top.press("\t")
        await top.until_shown(r"^DESTINATION")
        top.press("4")
        await top.until_shown(r"messaging +running")
        top.press("s")
        await top.until_shown(r"PHASE▲")
        top.press("r")
        await top.until_shown(r"PHASE▼")
        top.press("?")
        await top.until_shown(r"sort by the next")
        top.press("x1")
        await top.until_shown(r"^NAME▲? ")

        top.resize(40, 12)
        await until(lambda: len(top.screen.picture.split("\n")) == 12, "twelve lines are drawn")
        self.assertLessEqual(max(len(line) for line in top.screen.picture.split("\n")), 40)
        top.press("q")
        self.assertEqual(await top.ended(), 0)
        await until(lambda: top.is_restored, "the terminal is as before")

    async def test_it_waits_for_a_daemon_that_is_restarted(self):
        daemon = await self.daemon("lonely")
        top = self.terminal(daemon, "top", "--interval", "0.2")
        await top.until_shown(r"^lonely \(")
        await daemon.stop()
        await top.until_shown(r"waiting for the daemon")
        await daemon.start()
        await top.until_gone(r"waiting for the daemon")
        top.press("\x03")
        self.assertEqual(await top.ended(), 0)
        await until(lambda: top.is_restored, "the terminal is as before")

    async def test_signals_and_faults_give_the_terminal_back(self):
        daemon = await self.daemon("lonely")
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGABRT, signal.SIGSEGV):
            with self.subTest(number):
                top = self.terminal(daemon, "top")
                await top.until_shown(r"^lonely \(")
                self.assertFalse(top.is_restored)
                top.process.send_signal(number)
                await top.ended()
                await until(lambda top=top: top.is_restored, f"the terminal is as before {number.name}")

    async def test_without_a_terminal_there_is_one_picture_or_an_error(self):
        relay, edge = await self.pair()
        refused = edge.pim("top")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("--once", refused.stderr)
        once = edge.pim("top", "--once")
        self.assertEqual(once.returncode, 0, once.stderr)
        for word in ("Peers:", "Routes:", "Gateways:", "Plugins:", "messaging", "relay"):
            self.assertIn(word, once.stdout)
        self.assertNotIn("\x1b", once.stdout)
        picture = json.loads(edge.pim("top", "--once", "--json").stdout)
        self.assertEqual(picture["status"]["node_id"], edge.id.hex())


if __name__ == "__main__":
    unittest.main()
