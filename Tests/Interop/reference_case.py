"""A shipped daemon and a node with the habits of the reference, on machines of a lab."""

from __future__ import annotations

import asyncio
import socket

from daemon import Daemon
from lab import Machine
from lab_services import stream
from mesh_lab import PORT, PREFIX4, PREFIX6, LabCase
from pim_peer.addresses import mesh_address
from pim_peer.host import Host
from waiting import until


class ReferenceCase(LabCase):
    async def reference(self, machine: Machine, daemon: Daemon, address: str, **options) -> Host:
        """A reference node on a machine that has dialled the daemon at this address, and the host behind it."""
        listener = machine.inside(lambda: socket.create_server(("0.0.0.0", PORT)))
        node = await self.peer(machine.name, sock=listener, **options)
        connection = await asyncio.to_thread(stream, machine, address, PORT)
        connection.setblocking(False)
        await node.dial(PORT, sock=connection)
        await self.until_linked(daemon, node)
        return Host(node, mesh_address(node.id, PREFIX4), mesh_address(node.id, PREFIX6))

    async def pair(self, is_gateway: bool = False, **options) -> tuple[Daemon, Host]:
        """A daemon and a reference node side by side; each has a route to the other."""
        left, right = self.box("client"), self.box("python")
        address, _ = self.cable(left, right)
        daemon = await self.node(left, **options).start()
        host = await self.reference(right, daemon, address, is_gateway=is_gateway)
        await until(lambda: daemon.id in host.node.directory, "the key of the daemon is known")
        return daemon, host

    async def off_loop(self, work, *arguments):
        """Whatever waits does so in a thread: the reference node lives on the loop."""
        return await asyncio.to_thread(work, *arguments)

    async def until_same_count(self, daemon: Daemon, name: str, wanted: int) -> None:
        async def counted() -> bool:
            return await self.count(daemon, name) == wanted

        await until(counted, f"{daemon.name} has counted {wanted} {name}", 5)
