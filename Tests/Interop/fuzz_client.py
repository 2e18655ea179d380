"""Connections that pour fuzzed lines into a control socket and hold every answer against its line and the contract."""

from __future__ import annotations

import asyncio
import collections
import json
from pathlib import Path

from contract import BrokenContract, contract
from fuzz_lines import ANY, Line, Lines

HELLO = Line(b'{"id":"hello","method":"rpc.hello","params":{"client":"fuzz","rpc_version":1}}', "rpc.hello", "hello")
BURST = 60
BURSTS_OF_ONE_CONNECTION = 8
# Validating a whole `status` takes longer than answering it: the first ones of each method, and one in so many.
ALWAYS_VALIDATED, VALIDATED_ONE_IN = 20, 50
PATIENCE = 60


class Tally:
    """What was sent and what came back, over all connections."""

    def __init__(self):
        self.lines = self.requests = self.answers = self.connections = self.notifications = 0
        self.codes: collections.Counter[tuple[str, int]] = collections.Counter()
        self.samples: dict[tuple[str, int], str] = {}
        self.internal: list[tuple[str, str]] = []
        self.findings: list[str] = []

    def find(self, what: str) -> None:
        if len(self.findings) < 50:
            self.findings.append(what[:2000])

    def summary(self) -> str:
        codes = collections.Counter()
        for (_, code), count in self.codes.items():
            codes[code] += count
        return (
            f"{self.lines} lines ({self.requests / max(1, self.lines):.0%} requests that reach parameters) on "
            f"{self.connections} connections, {self.answers} answers, {self.notifications} notifications; "
            f"codes: {dict(sorted(codes.items()))}"
        )


class FuzzClient:
    """One sender of lines; opens a new connection every few bursts, and after whatever makes the daemon close."""

    def __init__(self, path: Path, lines: Lines, tally: Tally):
        self.path, self.lines, self.tally = path, lines, tally
        self.random = lines.random

    async def run(self, count: int) -> None:
        sent = 0
        while sent < count:
            sent += await self.connection(count - sent)

    async def connection(self, most: int) -> int:
        reader, writer = await asyncio.open_unix_connection(str(self.path), limit=64 * 1024 * 1024)
        self.tally.connections += 1
        sent = 0
        try:
            await self.burst(reader, writer, [HELLO])
            for _ in range(BURSTS_OF_ONE_CONNECTION):
                burst = [self.lines.line() for _ in range(min(BURST, most - sent))]
                sent += len(burst)
                if not burst:
                    break
                await self.burst(reader, writer, burst)
            await self.part(reader, writer)
        finally:
            writer.close()
        return max(sent, 1)

    async def burst(self, reader, writer, lines: list[Line], last: bool = False) -> None:
        """Sends them at once while it reads; every line has its answer."""
        self.count(lines)
        data = b"\n".join(line.data for line in lines)
        # What stands in front of the end without a newline is a line, and everything is answered.
        sending = asyncio.ensure_future(self.send(writer, data if last else data + b"\n", last))
        answers: list = []
        try:
            await asyncio.wait_for(self.collect(reader, answers, len(lines)), PATIENCE)
        except TimeoutError:
            self.tally.find(f"{PATIENCE} s without an answer")
        await sending
        self.compare(lines, answers)

    async def part(self, reader, writer) -> None:
        """Leaves in one of the ways clients leave: in order, in the middle of a line, or rudely."""
        how = self.random.randrange(4)
        last = [self.lines.request() for _ in range(5)]
        if how == 0:
            return
        if how == 1:
            await self.burst(reader, writer, last, last=True)
            await self.until_closed(reader, "the end of the stream")
        elif how == 2:
            closing = self.lines.closing()
            self.count([closing])
            await self.send(writer, closing.data + b"\n")
            await self.until_closed(reader, f"{closing.data[:60]!r} of {len(closing.data)} bytes")
        else:
            self.count(last)
            await self.send(writer, b"\n".join(line.data for line in last))

    async def send(self, writer, data: bytes, last: bool = False) -> None:
        try:
            writer.write(data)
            if last:
                writer.write_eof()
            await writer.drain()
        except ConnectionError:
            pass

    async def until_closed(self, reader, why: str) -> None:
        async def drained() -> None:
            try:
                while await reader.read(1 << 16):
                    pass
            except ConnectionError:
                pass

        try:
            await asyncio.wait_for(drained(), PATIENCE)
        except TimeoutError:
            raise AssertionError(f"not closed within {PATIENCE} s after {why}")

    async def collect(self, reader, found: list, count: int) -> None:
        while len(found) < count:
            try:
                line = await reader.readline()
            except ConnectionError:
                line = b""
            if not line:
                break
            message = json.loads(line)
            if isinstance(message, dict) and "method" in message:
                self.tally.notifications += 1
            else:
                found.append(message)

    # Checks

    def count(self, lines: list[Line]) -> None:
        self.tally.lines += len(lines)
        for line in lines:
            if line.is_request:
                self.tally.requests += 1

    def compare(self, lines: list[Line], answers: list) -> None:
        self.tally.answers += len(answers)
        if len(answers) < len(lines):
            answered = [answer.get("id") for answer in answers if isinstance(answer, dict)]
            missing = [line.data[:200] for line in lines if line.id not in answered]
            self.tally.find(f"{len(answers)} answers to {len(lines)} lines; among {missing} some have none")
            return
        by_id: dict[str, list] = collections.defaultdict(list)
        for answer in answers:
            for one in answer if isinstance(answer, list) else [answer]:
                self.check_form(one)
            if isinstance(answer, list):
                self.compare_batch(lines, answer)
            else:
                by_id[json.dumps(answer.get("id"), sort_keys=True)].append(answer)
        for line in lines:
            if line.id is ANY:
                continue
            waiting = by_id[json.dumps(line.id, sort_keys=True)]
            if not waiting:
                self.tally.find(f"nobody answered {line.data[:1000]!r} by its id")
            elif len(waiting) == 1:
                self.note(line.method, waiting[0], line.data)
        for answer in by_id["null"]:
            self.note("?", answer, b"without an id")

    def compare_batch(self, lines: list[Line], answers: list[dict]) -> None:
        """Its answers are in the order of its entries. Which batch it is, their ids tell; rubbish in an array has none."""
        ids = [answer.get("id") for answer in answers]
        if not any(ids):
            return
        batch = next((line for line in lines if line.entries and [entry.id for entry in line.entries] == ids), None)
        if batch is None:
            self.tally.find(f"the answers to no batch: {ids}")
            return
        for entry, answer in zip(batch.entries, answers):
            self.note(entry.method, answer, entry.data)

    def check_form(self, answer) -> None:
        if not isinstance(answer, dict) or answer.get("jsonrpc") != "2.0" or ("result" in answer) == ("error" in answer):
            self.tally.find(f"no answer by the rules: {answer}")

    def note(self, method: str, answer: dict, data: bytes) -> None:
        error = answer.get("error")
        if error is None:
            if method in contract().methods:
                self.validate(method, answer.get("result"))
            return
        code, message = error.get("code"), str(error.get("message"))
        if method == "?":
            # Most texts begin with the method.
            method = message.split(":", 1)[0]
        if code == -32603 and not documents_internal_errors(method):
            self.tally.internal.append((message[:300], data[:1000].decode(errors="replace")))
        method = method if method in contract().methods else "?"
        self.tally.codes[method, code] += 1
        self.tally.samples.setdefault((method, code), message[:200])
        try:
            # Whose error it is cannot be told without an id, but every code has to be known to somebody.
            if method in contract().methods:
                contract().check_error(method, error)
            elif code not in documented_codes():
                raise BrokenContract(f"{code} is not documented")
        except BrokenContract as broken:
            self.tally.find(f"{broken} after {data[:1000]!r}")

    def validate(self, method: str, result) -> None:
        key = (method, 0)
        self.tally.codes[key] += 1
        if self.tally.codes[key] > ALWAYS_VALIDATED and self.tally.codes[key] % VALIDATED_ONE_IN:
            return
        try:
            contract().check_result(method, result)
        except BrokenContract as broken:
            self.tally.find(str(broken))


def documents_internal_errors(method: str) -> bool:
    """Whether it says itself that it may fail so, and not only as every method may."""
    entries = contract().document["methods"]
    return any(error["code"] == -32603 for entry in entries if entry["name"] == method for error in entry["errors"])


def documented_codes() -> set[int]:
    return {error["code"] for error in contract().document["components"]["errors"].values()}
