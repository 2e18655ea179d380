"""A neighbour that never stops talking, in a process of its own so that it slows down nobody but the daemon.

    ping_flood.py DESCRIPTOR

Writes pings into a connection whose session is clear, as fast as the other end reads them, until its standard input
ends, and then prints how many that were.
"""

from __future__ import annotations

import select
import socket
import sys

from pim_peer.control import Ping
from pim_peer.frames import CONTROL, TransportFrame

PINGS = [TransportFrame(CONTROL, Ping(number).encode()).stream_message() for number in range(500)]


def write(connection: socket.socket, data: bytes) -> None:
    """All of it, whether the connection blocks or not."""
    view = memoryview(data)
    while view:
        try:
            view = view[connection.send(view) :]
        except BlockingIOError:
            select.select([], [connection], [])


if __name__ == "__main__":
    block, sent = b"".join(PINGS), 0
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        while not select.select([sys.stdin], [], [], 0)[0]:
            write(connection, block)
            sent += len(PINGS)
    print(sent)
