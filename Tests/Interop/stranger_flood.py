"""A crowd of strangers in a process of its own: connections that are held open, and valid-looking Inits.

    stranger_flood.py PORT FIRST_SOURCE SOURCES CONNECTIONS INITS

Opens CONNECTIONS connections from SOURCES loopback addresses (127.<FIRST_SOURCE>.1.1 and on) and opens each one again when
the daemon closes it; with INITS = 1 every connection says preamble and Init, otherwise every other one says nothing but a
preamble. Prints a line when it has opened all of them once, runs until its standard input ends, and then prints what
it did as JSON.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import select
import socket
import sys
import time

from pim_peer.frames import HANDSHAKE, TransportFrame
from pim_peer.handshake import Initiator
from pim_peer.identity import Identity

# What one process opens a second once all were open, so that two cores have some time for the daemon and the test.
REOPENED_PER_SECOND = 500
# Connections that wait for the daemon's accept at the same time, so that a system call is the worst that waits.
PENDING = 256


def prepared_inits(count: int) -> list[bytes]:
    """Preambles with Inits that pass every check but that nobody follows them up with a Confirm."""
    identities = [Identity.generate() for _ in range(16)]
    messages = []
    for identity in itertools.islice(itertools.cycle(identities), count):
        init = Initiator(identity).init.encode()
        messages.append(identity.node_id + TransportFrame(HANDSHAKE, init).stream_message())
    return messages


class Flood:
    def __init__(self, port: int, first_source: int, sources: int, connections: int, inits: bool):
        self.port, self.inits, self.wanted = port, inits, connections
        names = [f"127.{first_source + number // 250}.1.{number % 250 + 1}" for number in range(sources)]
        self.sources = itertools.cycle(names)
        self.first_words = itertools.cycle(prepared_inits(4000) if inits else [os.urandom(16), b""])
        self.epoll = select.epoll()
        self.connecting: dict[int, socket.socket] = {}
        self.open: dict[int, socket.socket] = {}
        self.opened = self.closed = self.failed = self.most = 0

    def dial(self) -> bool:
        connection = socket.socket()
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            connection.bind((next(self.sources), 0))
            connection.connect(("127.0.0.1", self.port))
        except BlockingIOError:
            pass
        except OSError as failure:
            if failure.errno != errno.EINPROGRESS:
                self.failed += 1
                connection.close()
                return False
        self.connecting[connection.fileno()] = connection
        self.epoll.register(connection.fileno(), select.EPOLLOUT | select.EPOLLIN | select.EPOLLRDHUP)
        return True

    def handle(self, descriptor: int, events: int) -> None:
        if connection := self.connecting.pop(descriptor, None):
            if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.failed += 1
                return connection.close()
            self.open[descriptor] = connection
            self.opened += 1
            self.epoll.modify(descriptor, select.EPOLLIN | select.EPOLLRDHUP)
            try:
                connection.send(next(self.first_words))
            except OSError:
                self.drop(descriptor)
        elif events & (select.EPOLLHUP | select.EPOLLRDHUP | select.EPOLLERR):
            self.drop(descriptor)
        elif connection := self.open.get(descriptor):
            try:
                if not connection.recv(4096):
                    self.drop(descriptor)
            except OSError:
                self.drop(descriptor)

    def drop(self, descriptor: int) -> None:
        if connection := self.open.pop(descriptor, None):
            connection.close()
            self.closed += 1

    def run(self) -> None:
        began = time.monotonic()
        allowance, last, announced = float(self.wanted), began, False
        while not select.select([sys.stdin], [], [], 0)[0]:
            now = time.monotonic()
            allowance = min(self.wanted, allowance + (now - last) * REOPENED_PER_SECOND)
            last = now
            while (
                allowance >= 1
                and len(self.connecting) < PENDING
                and len(self.open) + len(self.connecting) < self.wanted
            ):
                allowance -= 1
                if not self.dial():
                    break
            for descriptor, events in self.epoll.poll(0.02):
                self.handle(descriptor, events)
            self.most = max(self.most, len(self.open))
            if not announced and self.opened >= self.wanted:
                announced = True
                print(json.dumps({"seconds": time.monotonic() - began}), flush=True)
        print(
            json.dumps({"opened": self.opened, "closed": self.closed, "failed": self.failed, "most": self.most}),
            flush=True,
        )


if __name__ == "__main__":
    port, first_source, sources, connections, inits = map(int, sys.argv[1:])
    Flood(port, first_source, sources, connections, bool(inits)).run()
