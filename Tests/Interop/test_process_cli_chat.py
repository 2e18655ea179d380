"""`pim messages chat`: at a terminal, and fed by a pipe."""

from __future__ import annotations

import re
import subprocess
import unittest

from daemon import PIM, Daemon
from mesh_case import MeshCase
from terminal import Terminal
from waiting import until


class Chat(MeshCase):
    async def pair(self) -> tuple[Daemon, Daemon]:
        alice = await self.daemon("alice")
        bob = await self.daemon("bob", peers=(f"127.0.0.1:{alice.port}",))

        async def know_each_other() -> bool:
            keys = [
                {p["node_id"]: p["x25519_pubkey"] for p in await one.call("peers.list")}.get(other.id.hex())
                for one, other in ((alice, bob), (bob, alice))
            ]
            return all(keys)

        await until(know_each_other, "alice and bob know each other's keys")
        return alice, bob

    def chat(self, daemon: Daemon, peer: str, **options) -> Terminal:
        terminal = Terminal([str(PIM), "messages", "chat", peer], daemon.environment, **options)
        self.addAsyncCleanup(terminal.close)
        return terminal

    async def test_two_people_talk(self):
        alice, bob = await self.pair()
        first = await bob.send(alice.id, "are you there?")
        await self.until_delivered(bob, alice, first, "are you there?")
        window = self.chat(alice, "bob", columns=60)
        await window.until_shown(r"^\d\d:\d\d bob: are you there\?$")
        await window.until_shown(r"chat with bob")

        async def is_read() -> bool:
            listed = (await alice.call("messages.list_conversations"))["conversations"]
            return all(conversation["unread_count"] == 0 for conversation in listed)

        await until(is_read, "what is on the screen counts as read")

        # What comes in does not disturb what is being typed.
        window.press("yes, I a")
        await window.until_shown(r"^> yes, I a$")
        await bob.send(alice.id, "hurry\nplease")
        await window.until_shown(r"^\d\d:\d\d bob: hurry$")
        await window.until_shown(r"^      please$")
        await window.until_shown(r"^> yes, I a$")
        window.press("n\x7fm here ünd日本\n")
        await window.until_shown(r"me: yes, I am here ünd日本$")
        await window.until_shown(r"delivered: yes, I am here ünd日本$")
        await window.until_shown(r"^>$")
        await until(lambda: self.has(bob, alice, "yes, I am here ünd日本"), "bob has it")
        self.assertEqual(len(re.findall("are you there", window.screen.picture)), 1)
        self.assertEqual(len(re.findall("me: yes", window.screen.picture)), 1)

        window.press("\x1b[A")
        await window.until_shown(r"^> yes, I am here ünd日本$")
        window.press("\x15/nope\n//literally\n")
        await window.until_shown(r"no such command: /nope")
        await window.until_shown(r"me: /literally$")

        # A daemon that is restarted is waited for.
        await alice.stop()
        await window.until_shown(r"waiting for it to come back")
        window.press("lost\n")
        await window.until_shown(r"not sent: ")
        await alice.start()
        await until(lambda: self.is_linked(alice, bob), "linked again")
        window.press("back again\n")
        await window.until_shown(r"me: back again$")
        window.press("/quit\n")
        self.assertEqual(await window.ended(), 0)
        await until(lambda: window.is_restored, "the terminal is as before")

    async def is_linked(self, one: Daemon, other: Daemon) -> bool:
        return other.id in await one.linked()

    async def has(self, one: Daemon, other: Daemon, body: str) -> bool:
        return any(m["body"] == body for m in await one.history(other.id))

    async def test_ctrl_c_and_ctrl_d_leave(self):
        alice, _ = await self.pair()
        for key in ("\x03", "\x04"):
            window = self.chat(alice, "bob")
            await window.until_shown(r"chat with bob")
            await window.until_shown(r"^>$")
            window.press(key)
            self.assertEqual(await window.ended(), 0)
            await until(lambda window=window: window.is_restored, "the terminal is as before")

    async def test_a_daemon_that_hangs_freezes_nothing(self):
        alice, bob = await self.pair()
        window = self.chat(alice, "bob")
        await window.until_shown(r"chat with bob")
        alice.freeze()
        window.press("hello\nstill typ")
        await window.until_shown(r"^> still typ$")
        window.press("ing")
        await window.until_shown(r"^> still typing$")
        # What was typed is not dropped by leaving in order.
        window.press("\x15/quit\n")
        await window.until_shown(r"waiting for the daemon")
        alice.thaw()
        self.assertEqual(await window.ended(), 0)
        await until(lambda: self.has(bob, alice, "hello"), "bob has it")

        window = self.chat(alice, "bob")
        await window.until_shown(r"chat with bob")
        alice.freeze()
        window.press("lost\n")
        await window.until_shown(r"^>$")
        window.press("\x03")
        self.assertEqual(await window.ended(5), 0)
        await until(lambda: window.is_restored, "the terminal is as before")
        alice.thaw()

    async def test_a_pipe_is_sent_line_by_line(self):
        alice, bob = await self.pair()
        done = subprocess.run(
            [str(PIM), "messages", "chat", "bob"],
            env=alice.environment,
            input="one\n\n/etc/hosts is a file\n/quit\n  \n" + "".join(f"line {n}\n" for n in range(40)) + "two\n",
            capture_output=True,
            text=True,
            timeout=30,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("\x1b", done.stdout)
        await until(lambda: self.has(bob, alice, "two"), "bob has both")
        self.assertEqual([m["body"] for m in reversed(await bob.history(alice.id))], ["one", "/etc/hosts is a file", "/quit", *(f"line {n}" for n in range(40)), "two"])
        refused = subprocess.run(
            [str(PIM), "messages", "chat", "ab" * 16],
            env=alice.environment,
            input="nobody\n",
            capture_output=True,
            text=True,
            timeout=30,
        )
        self.assertEqual(refused.returncode, 4, refused.stderr)


if __name__ == "__main__":
    unittest.main()
