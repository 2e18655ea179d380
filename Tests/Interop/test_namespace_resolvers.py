"""How a machine gets its resolvers while its traffic goes into the mesh (spec/host-network.md 4)."""

from __future__ import annotations

import os
from pathlib import Path

from lab import Machine
from mesh_lab import RESOLVER
from route_case import RouteCase
from waiting import until


class Resolvers(RouteCase):
    def own_etc(self, machine: Machine, launcher: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
        """An /etc that is no mount of single files, as on most machines; returns it and the launcher that sees it."""
        etc = self.root / f"etc-{machine.name}"
        etc.mkdir()
        for name, text in (("hosts", "127.0.0.1 localhost\n"), ("nsswitch.conf", "hosts: files dns\n")):
            (etc / name).write_text(text)
        return etc, (*launcher, "sh", "-c", 'umount /etc/resolv.conf /etc/hosts; mount --bind "$0" /etc && exec "$@"',
                     str(etc))

    async def test_a_file_and_a_link_come_back_as_they_were(self):
        client, _, gateway = await self.chain()
        await client.stop()
        etc, client.launcher = self.own_etc(client.machine, client.launcher)
        file, kept = etc / "resolv.conf", "# mine\nnameserver 192.0.2.9\noptions edns0\n"

        def make_file() -> None:
            file.write_text(kept)
            file.chmod(0o640)

        def make_link() -> None:
            (etc / "elsewhere").write_text(kept)
            file.symlink_to("elsewhere")

        def state() -> tuple:
            status = file.lstat() if file.is_symlink() or file.exists() else None
            link = os.readlink(file) if file.is_symlink() else None
            return status and status.st_mode, link, file.read_text() if file.exists() else None

        for make in (make_file, make_link, lambda: None):
            file.unlink(missing_ok=True)
            make()
            before = state()
            others = sorted(etc.iterdir())
            await client.start()
            await self.until_gateway(client, gateway)
            self.route(client, "on")
            self.assertFalse(file.is_symlink())
            self.assertIn(f"nameserver {RESOLVER}\n", file.read_text())
            self.route(client, "off")
            self.assertEqual(state(), before)
            self.route(client, "on")
            await client.kill()
            self.assertIn(RESOLVER, file.read_text())
            await client.start()
            await until(lambda: state() == before, "the next start puts it back", 5)
            await self.until_gateway(client, gateway)
            self.route(client, "on")
            await client.stop()
            self.assertEqual(state(), before)
            self.assertEqual(sorted(etc.iterdir()), others, "nothing is left beside it")
        # What somebody wrote in the meantime stays.
        await client.start()
        await self.until_gateway(client, gateway)
        self.route(client, "on")
        file.write_text("nameserver 192.0.2.44\n")
        await client.stop()
        self.assertEqual(file.read_text(), "nameserver 192.0.2.44\n")

    async def test_systemd_resolved_is_told(self):
        """dns_mode = "resolvectl", and auto where that answers; what it is told is taken back."""
        programs = self.root / "programs"
        programs.mkdir()
        calls, program = self.root / "calls", programs / "resolvectl"
        calls.touch()
        program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n')
        program.chmod(0o755)
        environment = {"PATH": f"{programs}:{os.environ['PATH']}"}
        self.internet()
        servers = f'dns_servers = ["{RESOLVER}", "2001:db8::53"]'
        for number, mode in enumerate(("resolvectl", "auto")):
            names, routing = (f"client{number}", f"gateway{number}"), f'{servers}\ndns_mode = "{mode}"'
            client, gateway = self.line(*names, gateways=names[1:], environment=environment, routing=routing)
            before = client.machine.snapshot()
            await self.up(client, gateway)
            await self.until_gateway(client, gateway)
            calls.write_text("")
            self.route(client, "on")
            said = [call for call in calls.read_text().splitlines() if call != "status"]
            self.assertEqual(said, [f"dns pim0 {RESOLVER} 2001:db8::53", "domain pim0 ~."])
            self.assertEqual(client.machine.snapshot()["resolv.conf"], before["resolv.conf"])
            calls.write_text("")
            await client.stop()
            self.assertEqual(calls.read_text().splitlines(), ["revert pim0"])
            await gateway.stop()
