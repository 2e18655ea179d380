"""A tiny client of the daemon's control socket (spec/rpc.md sections 1 and 2).

Everything it receives is held against the contract; what does not fit fails the call, or the end of the connection.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from pathlib import Path

from contract import BrokenContract, contract


class Refused(Exception):
    """The daemon answered with an error."""

    def __init__(self, error: dict):
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.code = error.get("code")
        self.data = error.get("data")


class ControlSocket:
    """One connection; requests may be pipelined, notifications are kept in order of arrival."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.notifications: list[dict] = []
        self._writer = writer
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future] = {}
        self._broken: BrokenContract | None = None
        self._task = asyncio.get_running_loop().create_task(self._listen(reader))

    @classmethod
    async def connect(cls, path: Path, hello: bool = True) -> ControlSocket:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=16 * 1024 * 1024)
        connection = cls(reader, writer)
        if hello:
            await connection.call("rpc.hello", {"client": "interop", "rpc_version": 1})
        return connection

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                message = json.loads(line)
                waiter = self._waiting.pop(message.get("id"), None)
                if waiter is None:
                    self._take(message)
                elif not waiter.done():
                    waiter.set_result(message)
        except (ConnectionError, OSError):
            pass
        finally:
            for waiter in self._waiting.values():
                if not waiter.done():
                    waiter.set_exception(ConnectionError("the control socket closed"))

    def _take(self, message: dict) -> None:
        self.notifications.append(message)
        # An answer without its number is for whoever sent the line by hand.
        if "method" in message:
            try:
                contract().check_notification(message)
            except BrokenContract as broken:
                self._broken = self._broken or broken

    async def call(self, method: str, params=None, timeout: float = 10):
        number = next(self._ids)
        waiter = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiter
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self._writer.write(json.dumps(request).encode() + b"\n")
        message = await asyncio.wait_for(waiter, timeout)
        if "error" in message:
            contract().check_error(method, message["error"])
            raise Refused(message["error"])
        contract().check_result(method, message["result"])
        return message["result"]

    async def close(self) -> None:
        self._task.cancel()
        self._writer.close()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._broken is not None:
            raise self._broken
