"""The metrics endpoint, as Prometheus meets it and as a vandal does."""

from __future__ import annotations

import asyncio
import http.client
import re
import time
import unittest

from daemon import Daemon, free_port
from mesh_case import MeshCase
from waiting import until

SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')


def parsed(text: str) -> dict[str, dict[tuple, float]]:
    """Figures by name and labels; whatever is not the text format 0.0.4 is an error."""
    families: dict[str, dict[tuple, float]] = {}
    types: dict[str, str] = {}
    helped: set[str] = set()
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name = line.split(" ")[2]
            assert name not in helped, f"two HELP lines of {name}"
            helped.add(name)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in ("counter", "gauge", "summary") and name not in types and name in helped, line
            types[name] = kind
        else:
            found = SAMPLE.fullmatch(line)
            assert found, f"no sample: {line}"
            name, labels, value = found.groups()
            family = re.sub("_(sum|count)$", "", name) if name not in types else name
            assert family == list(types)[-1], f"{name} is not under its TYPE"
            key = tuple(LABEL.findall(labels or ""))
            assert key not in families.setdefault(name, {}), f"twice: {line}"
            families[name][key] = float(value)
    return families


class Metrics(MeshCase):
    async def measured(self, name: str = "one", listen: str | None = None, **options) -> tuple[Daemon, int]:
        port = free_port()
        extra = f"[metrics]\nlisten = {listen or port}\n"
        daemon = await self.daemon(name, extra=extra, **options)
        await self.until_logged(daemon, "metrics listening")
        return daemon, port

    async def ask(self, port: int, path: str = "/metrics", method: str = "GET", **headers):
        def request() -> tuple[http.client.HTTPResponse, bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
            try:
                connection.request(method, path, headers=headers)
                response = connection.getresponse()
                return response, response.read()
            finally:
                connection.close()

        return await asyncio.to_thread(request)

    async def scrape(self, port: int) -> dict[str, dict[tuple, float]]:
        response, body = await self.ask(port)
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
        return parsed(body.decode())

    async def test_figures_of_a_linked_daemon(self):
        daemon, port = await self.measured()
        peer = await self.linked_peer(daemon)
        await self.exchange(daemon, peer)
        await until_fresh()
        found = await self.scrape(port)
        # The independent peer speaks the reference's protocol.
        linked = {labels: count for labels, count in found["pim_peers"].items() if count}
        self.assertEqual(linked, {(("state", "active"), ("link_security", "reference")): 1})
        self.assertEqual(found["pim_routes"][()], 1)
        self.assertEqual(found["pim_gateways"][()], 0)
        self.assertEqual(found["pim_gateway_active"][()], 0)
        self.assertNotIn("pim_selected_gateway", found)
        self.assertEqual(list(found["pim_peer_last_heard_seconds"]), [(("peer", peer.id.hex()),)])
        self.assertLess(found["pim_peer_last_heard_seconds"][(("peer", peer.id.hex()),)], 15)
        self.assertEqual(found["pim_rpc_clients"][()], 1)
        self.assertGreater(found["pim_log_lines_total"][(("level", "info"),)], 3)
        self.assertEqual(found["pim_log_lines_total"][(("level", "error"),)], 0)
        self.assertEqual(len(found["pim_build_info"]), 1)
        messaging = (("plugin", "messaging"),)
        self.assertEqual(found["pim_plugin_running"][messaging], 1)
        self.assertGreaterEqual(found["pim_plugin_payloads_handled_total"][messaging], 2)
        self.assertGreater(found["process_cpu_seconds_total"][()], 0)
        self.assertGreater(found["process_resident_memory_bytes"][()], 1 << 20)
        self.assertGreater(found["process_open_fds"][()], 5)
        self.assertLess(found["process_open_fds"][()], found["process_max_fds"][()])
        self.assertLess(abs(found["process_start_time_seconds"][()] - time.time()), 120)
        self.assertLess(found["pim_uptime_seconds"][()], 120)

    async def test_what_status_counts_is_exported_once(self):
        daemon, port = await self.measured()
        await self.linked_peer(daemon)
        # Bytes that are no frame at all.
        before = await daemon.counters()
        reader, writer = await asyncio.open_connection("127.0.0.1", daemon.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await self.until_risen(daemon, before, ".*")
        writer.close()
        await until_fresh()
        found, counted = await self.scrape(port), (await daemon.call("status"))["counters"]
        names = {value for (label, value), in found.get("pim_events_total", {})}
        drops = {value for (label, value), in found.get("pim_drops_total", {})}
        self.assertTrue(set(counted) <= names | {f"drop_{d}" for d in drops} | drops, (counted, names, drops))
        self.assertFalse(names & drops)
        for (pair,), value in found["pim_events_total"].items():
            self.assertLessEqual(value, counted[pair[1]])

    async def test_other_questions(self):
        _, port = await self.measured()
        response, body = await self.ask(port, "/")
        self.assertEqual(response.status, 200)
        self.assertIn(b"/metrics", body)
        self.assertEqual((await self.ask(port, "/metrics?x=y"))[0].status, 200)
        for path in ("/metrics/", "/status", "/../etc/passwd", "/metricsx"):
            self.assertEqual((await self.ask(port, path))[0].status, 404, path)
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            response, _ = await self.ask(port, method=method)
            self.assertEqual((response.status, response.headers["Allow"]), (405, "GET, HEAD"), method)
        response, body = await self.ask(port, method="HEAD")
        self.assertEqual((response.status, body), (200, b""))
        self.assertGreater(int(response.headers["Content-Length"]), 1000)
        self.assertEqual((await self.ask(port, **{f"X-{n}": "y" * 90 for n in range(60)}))[0].status, 200)

    async def raw(self, port: int, data: bytes, timeout: float = 15) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(data)
            return await asyncio.wait_for(reader.read(), timeout)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def test_vandals(self):
        daemon, port = await self.measured()
        # A header without end, and a request that is none.
        endless = await self.raw(port, b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 100_000)
        self.assertNotIn(b"200 OK", endless)
        self.assertNotIn(b"200 OK", await self.raw(port, b"\x16\x03\x01\x02\x00\r\n\r\n"))
        many = b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 1000 + b"\r\n"
        self.assertNotIn(b"200 OK", await self.raw(port, many))
        # A whole request and the end of the stream: an old client; it has its answer.
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
        writer.write_eof()
        self.assertIn(b"pim_uptime_seconds", await asyncio.wait_for(reader.read(), 5))
        writer.close()
        # Two requests at once: one is answered.
        twice = await self.raw(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        self.assertEqual(twice.count(b"HTTP/1.1 200"), 1)
        self.assertIn("pim_uptime_seconds", await self.scrape(port))
        self.assertTrue(daemon.is_running)

    async def test_connections_are_few_and_short(self):
        _, port = await self.measured()
        began = time.monotonic()
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(16)]
        # Nobody else gets in while they are there.
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        self.assertEqual(await asyncio.wait_for(reader.read(), 5), b"")
        writer.close()
        self.assertLess(time.monotonic() - began, 8)
        for reader, writer in idle:
            self.assertEqual(await asyncio.wait_for(reader.read(), 15), b"")
            writer.close()
        self.assertGreater(time.monotonic() - began, 9)
        await self.scrape(port)

    async def test_an_address_that_is_taken_stops_nothing(self):
        taken = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", free_port())
        port = taken.sockets[0].getsockname()[1]
        daemon = await self.daemon("one", extra=f'[metrics]\nlisten = "127.0.0.1:{port}"\n')
        await self.until_logged(daemon, f"metrics cannot be asked for .*127.0.0.1:{port}")
        taken.close()
        await taken.wait_closed()
        # It is tried again.
        await until(lambda: "metrics listening" in daemon.log_text(), "the address is taken", timeout=20)
        await self.scrape(port)

    async def test_nothing_listens_unless_asked(self):
        daemon = await self.daemon("one")
        self.assertNotIn("metrics listening", daemon.log_text())
        wide = await self.daemon("wide", extra=f'[metrics]\nlisten = "0.0.0.0:{free_port()}"\n')
        self.assertIn("metrics.listen: 0.0.0.0:", wide.log_text())


async def until_fresh() -> None:
    """A page is made anew once a second."""
    ripe = time.monotonic() + 1.05
    await until(lambda: time.monotonic() >= ripe, "the page is old enough")


if __name__ == "__main__":
    unittest.main()
