"""Drives a daemon as the desktop UI does (spec/rpc.md section 7), and holds what comes back against what the UI expects."""

from __future__ import annotations

import asyncio
import itertools
import json
from pathlib import Path

from control_socket import Refused
from ui_model import ANSWERS, check, check_notification

PATIENCE = 10
STREAMS = ("status", "peers", "gateway", "logs", "messages")


class UserInterface:
    """One connection. Ids are 1, 2, 3 and come back as numbers, or the UI drops the answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.events: list[tuple[str, dict]] = []
        self.walked: list[str] = []
        """The methods, in the order of the calls."""
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future] = {}
        self._writer = writer
        self._wrong: AssertionError | None = None
        self._task = asyncio.get_running_loop().create_task(self._listen(reader))

    @classmethod
    async def connect(cls, path: Path) -> UserInterface:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=16 << 20)
        return cls(reader, writer)

    async def start(self) -> dict:
        """What it does after connecting; returns the first status."""
        await self.call("rpc.hello", {"client": "pim-ui/0.0.1", "rpc_version": 1})
        status = await self.call("status")
        for stream in STREAMS:
            await self.call(f"{stream}.subscribe")
        return status

    async def poll(self) -> tuple[dict, list]:
        """Once a second."""
        return await self.call("status"), await self.call("peers.discovered")

    async def call(self, method: str, params=None):
        """`params` is always sent, `null` when there is nothing to say."""
        number = next(self._ids)
        waiter = self._waiting[number] = asyncio.get_running_loop().create_future()
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self._writer.write(json.dumps(request).encode() + b"\n")
        self.walked.append(method)
        message = await asyncio.wait_for(waiter, PATIENCE)
        if "error" in message:
            raise Refused(message["error"])
        check(message["result"], ANSWERS[method], method)
        return message["result"]

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._take(json.loads(line))
        except (ConnectionError, OSError):
            pass
        except AssertionError as wrong:
            self._wrong = wrong
        finally:
            for waiter in self._waiting.values():
                if not waiter.done():
                    waiter.set_exception(ConnectionError("the control socket closed"))

    def _take(self, message: dict) -> None:
        if "method" in message:
            self.events.append((message["method"], message["params"]))
            check_notification(message)
            return
        number = message.get("id")
        assert type(number) is int and number in self._waiting, f"an answer that the UI drops: {message}"
        assert message["jsonrpc"] == "2.0" and ("result" in message) != ("error" in message), message
        waiter = self._waiting.pop(number)
        if not waiter.done():
            waiter.set_result(message)

    def kinds(self, stream: str) -> set[str]:
        return {params.get("kind") for name, params in self.events if name == f"{stream}.event"}

    async def close(self) -> None:
        self._task.cancel()
        self._writer.close()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._wrong is not None:
            raise self._wrong
