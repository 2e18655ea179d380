"""Lines for the control socket from a seed: requests that reach a method's parameters, and rubbish.

Methods, parameters and their shapes are read off docs/openrpc.json, so that a new method is fuzzed without a word here.
"""

from __future__ import annotations

import json
import random
import string
from dataclasses import dataclass

# Ends the daemon, which is what it is for.
LEFT_OUT = {"daemon.shutdown"}
# These write files, start dialling or answer much: each of them is worth a try less often than the others.
RARE = {
    "config.save": 0.3, "config.set": 0.3, "config.reload": 0.2, "peers.add_static": 0.3, "peers.remove": 0.5,
    "peers.pair": 0.5, "gateway.enable": 0.3, "gateway.disable": 0.1, "peers.set_broadcast_config": 0.3,
    "logs.subscribe": 0.05, "messages.delete_all": 0.3, "debug.snapshot": 0.3, "status": 0.5,
}
ANY = object()
"""The answer's id cannot be told from the line."""

NODES = [f"{number:032x}" for number in range(1, 13)]
KEYS = [f"{number:064x}" for number in range(9, 13)]
# Nothing of this leaves the machine; nobody listens on the first.
ADDRESSES = ["127.0.0.1:9", "[::1]:9", "127.0.0.9:65535", "localhost:0", "127.0.0.1", ":9", "", "[::1",
             "127.1.1.1:70000"]
INTERFACES = ["", "nowhere0", "a" * 16, "../eth", "no where", "ünterfäce"]
TEXTS = ["", " ", "x", "\u0000", "é" * 40, "\u202eabc", "🜲", "a\nb\r\n", "'\"\\", "%s%n", "../../etc/passwd", "x" * 300]
INTEGERS = [0, 1, -1, 2, 29, 30, 100, 101, 255, 256, 65_535, 65_536, 2**31 - 1, 2**31, 2**32, 2**53, 2**63 - 1, 2**63,
            2**64 - 1, 2**64, -(2**31), -(2**63), -(2**63) - 1, 10**30, -(10**30)]
NUMBERS = [0.0, -0.0, 0.5, 1e300, -1e300, 1e-300, 3.0, 1.5e9]
IDS = [None, "text", "", -1, 1.5, 2**63, 2**64, 10**25, True, [], {"a": [1]}, [[[]]], "😀", "x" * 1000]
KEYS_OF_FILE = ["routing.kill_switch", "node.name", "logging.level", "transport.listen_port", "relay.enabled", "mesh",
                "peers", "discovery.enabled", "limits.x", "", ".", "a.b.c.d.e", "interface.mtu", "node", "rpc.group",
                "plugins.messaging.outbox_ttl_s", "peers.0.address", "messaging.broadcast.outgoing_interval_s"]


@dataclass(frozen=True)
class Line:
    """One line without its end, and what is known about the answer."""

    data: bytes
    method: str | None = None
    id: object = ANY
    entries: tuple[Line, ...] = ()
    """Of a batch, in the order of its answers."""

    @property
    def is_request(self) -> bool:
        """Whether this is valid JSON that reaches the parameters of a method."""
        return self.method is not None


class Lines:
    def __init__(self, seed: int, document: dict, configuration: str):
        self.random = random.Random(seed)
        self.schemas = document["components"]["schemas"]
        methods = [method for method in document["methods"] if method["name"] not in LEFT_OUT]
        self.methods = {method["name"]: method["params"] for method in methods}
        self.names = list(self.methods)
        self.weights = [RARE.get(name, 1.0) for name in self.names]
        self.configuration = configuration
        self.number = 0

    def line(self) -> Line:
        """Any but one that makes the daemon close."""
        choice = self.random.random()
        if choice < 0.62:
            return self.request()
        if choice < 0.66:
            return self.batch()
        return self.rubbish()

    def closing(self) -> Line:
        """What nobody is answered after: not UTF-8, or longer than 1 MiB."""
        if self.random.random() < 0.9:
            rubbish = self.random.randbytes(self.random.randint(1, 2000)).replace(b"\n", b"")
            return Line(b'{"x":"' + rubbish + b"\xff")
        return Line(b'{"method":"' + b"x" * (1 << 20) + b'"}')

    # Requests

    def request(self) -> Line:
        name = self.random.choices(self.names, self.weights)[0]
        self.number += 1
        request_id = self.number if self.random.random() < 0.9 else self.random.choice(IDS)
        request = {"jsonrpc": "2.0", "id": request_id, "method": name, "params": self.parameters(name)}
        for member in ("jsonrpc", "id", "params"):
            if self.random.random() < 0.02:
                del request[member]
        if self.random.random() < 0.03:
            request[self.word()] = self.value()
        text = json.dumps(request, ensure_ascii=self.random.random() < 0.5)
        # A text that Python writes unescaped may have no form in UTF-8.
        return Line(text.encode(errors="replace"), method=name, id=request.get("id"))

    def parameters(self, name: str):
        """As documented, mostly with something wrong."""
        choice = self.random.random()
        if choice < 0.04:
            return self.value()
        known = self.methods[name]
        found = {
            parameter["name"]: self.fitting(parameter["name"], parameter["schema"])
            for parameter in known
            if parameter.get("required") or self.random.random() < 0.6
        }
        if choice < 0.35:
            return found
        for _ in range(self.random.choice((1, 1, 2))):
            self.spoil(found, known)
        return found

    def spoil(self, found: dict, known: list[dict]) -> None:
        names = [parameter["name"] for parameter in known] or [self.word()]
        name = self.random.choice(names)
        how = self.random.randrange(5)
        if how == 0:
            found.pop(name, None)
        elif how == 1:
            found[name] = None
        elif how == 2:
            found[self.word()] = self.value()
        else:
            found[name] = self.value()

    def fitting(self, name: str, schema: dict):
        """A value of the documented shape; what names something is one of few, so that they meet."""
        draw = self.random.choice
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        if "anyOf" in schema:
            schema = draw(schema["anyOf"])
        if "enum" in schema:
            return draw(schema["enum"])
        if "node_id" in name or name == "before_id":
            return draw(NODES)
        special = {"address": ADDRESSES, "nat_interface": INTERFACES, "x25519_pubkey": KEYS, "key": KEYS_OF_FILE}
        if name in special:
            return draw(special[name])
        if name == "config":
            return self.file()
        if name == "timeout_ms":
            return self.random.randint(1, 50)
        kind = schema.get("type")
        if kind == "string":
            return draw(TEXTS) if self.random.random() < 0.9 else "y" * self.random.choice((8191, 8192, 8193, 100_000))
        if kind == "integer":
            low, high = schema.get("minimum", -5), schema.get("maximum", 2**40)
            return draw((low, high, self.random.randint(low, high)))
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "null":
            return None
        if kind == "array":
            return [self.fitting(name[:-1], schema["items"]) for _ in range(self.random.choice((0, 1, 1, 2, 5)))]
        if kind == "object":
            return {inner: self.fitting(inner, shape) for inner, shape in schema.get("properties", {}).items()}
        return self.value(2)

    def file(self) -> str:
        """The daemon's configuration, whole or hurt. Its beginning, which says who and where it is, is kept when it is
        to stay valid."""
        lines = self.configuration.splitlines()
        how = self.random.randrange(6)
        if how == 0:
            return self.configuration
        if how == 1:
            return self.configuration + f"\n# {self.random.randrange(10**6)}\n"
        if how == 2:
            return self.configuration[: self.random.randrange(len(self.configuration))]
        if how == 3:
            self.random.shuffle(lines)
            return "\n".join(lines)
        if how == 4:
            lines.insert(self.random.randrange(len(lines)), f"{self.word()} = {json.dumps(self.value(2))}")
            return "\n".join(lines)
        return self.random.choice(TEXTS) * self.random.choice((1, 1, 500))

    def batch(self) -> Line:
        """Answered by an array; an entry that is no request has its own answer."""
        size = self.random.choices((0, 1, 2, 3, 5, 20, 100, 101), (2, 4, 4, 4, 3, 1, 0.3, 0.3))[0]
        entries = [self.request() for _ in range(size)]
        data = b"[" + b",".join(entry.data for entry in entries) + b"]"
        served = 0 < size <= 100
        return Line(data, method="batch" if served else None, entries=tuple(entries) if served else ())

    # Values

    def word(self) -> str:
        if self.random.random() < 0.3:
            return self.random.choice(TEXTS)
        return "".join(self.random.choices(string.ascii_lowercase + "_", k=self.random.randint(1, 12)))

    def value(self, depth: int = 4):
        draw = self.random.choice
        kind = self.random.randrange(9 if depth else 6)
        if kind == 0:
            return draw((None, True, False))
        if kind == 1:
            return draw(INTEGERS)
        if kind == 2:
            return draw(NUMBERS)
        if kind == 3:
            return draw(TEXTS)
        if kind == 4:
            return draw(NODES) + draw(("", "", "0", "g", " "))
        if kind == 5:
            return "z" * draw((1, 31, 33, 1000, 9000, 60_000)) if self.random.random() < 0.2 else self.word()
        if kind == 6:
            return [self.value(depth - 1) for _ in range(draw((0, 1, 3)))]
        if kind == 7:
            return {self.word(): self.value(depth - 1) for _ in range(draw((0, 1, 3)))}
        return self.deep(draw((3, 15, 40)))

    @staticmethod
    def deep(levels: int):
        value: object = 1
        for level in range(levels):
            value = [value] if level % 2 else {"a": value}
        return value

    # Rubbish

    def rubbish(self) -> Line:
        """UTF-8 without a line end, and not blank: it is answered, by whatever."""
        how = self.random.choice((
            self.truncated, self.flipped, self.printable, self.nested, self.not_a_request, self.odd_json, self.long
        ))
        data = how().replace(b"\n", b" ").replace(b"\r", b" ")
        return Line(data if data.strip() else b"?")

    def truncated(self) -> bytes:
        data = self.request().data
        return self._readable(data[: self.random.randrange(1, len(data))])

    def flipped(self) -> bytes:
        data = bytearray(self.request().data)
        for _ in range(self.random.randint(1, 6)):
            data[self.random.randrange(len(data))] = self.random.randrange(32, 127)
        return self._readable(bytes(data))

    def printable(self) -> bytes:
        return bytes(self.random.choices(b'{}[]",:0123456789.eE+-truefalsn\\u \t', k=self.random.randint(1, 200)))

    def nested(self) -> bytes:
        levels = self.random.choice((10, 100, 500, 5000))
        bracket = self.random.choice((b"[", b'{"a":', b'{"id":1,"method":"status","params":['))
        return bracket * levels + self.random.choice((b"", b"]" * levels, b"}" * levels))

    def not_a_request(self) -> bytes:
        return json.dumps(self.random.choice((
            None, 5, "text", {}, {"method": 7}, {"id": 1}, {"method": None}, {"method": {}}, {"method": []},
            {"id": 1, "method": self.word() + "!"}, {"method": "status\u0000"}, self.value(),
        ))).encode()

    def odd_json(self) -> bytes:
        return self.random.choice((
            b'{"id":1,"id":2,"method":"status"}', b'{"method":"status","method":"status"}',
            b'{"id":NaN,"method":"status"}', b'{"id":1e999,"method":"status"}', b'{"id":01,"method":"status"}', b'{"id":1,"method":"status",}',
            b'{"id":"\\ud800","method":"status"}', b'{"id":"\\u12","method":"status"}', b"{'id':1}", b'{"id":1}{"id":2}',
            b'\xef\xbb\xbf{"id":1,"method":"status"}', b'{"id":-,"method":"status"}', b'{"id":1,"method":"sta\tus"}',
            b'{"id":' + b"9" * 4000 + b',"method":"status"}', b'{"\\u0069d":1,"id":2,"method":"status"}',
        ))

    def long(self) -> bytes:
        if self.random.random() < 0.95:
            return b"x" * self.random.randint(1, 300)
        return self.random.choice((b"x", b"[", b'"', b"9")) * self.random.choice((10_000, 50_000, 50_000, (1 << 20) - 16))

    @staticmethod
    def _readable(data: bytes) -> bytes:
        return data.decode(errors="ignore").encode()
