"""Every member the UI shows, where else it can be read, and what makes it change.

Fields are read as `daemon method place`: a place leads through members, `[relay]` takes the entry of a list that is about that
node, `[0]` the first one. The change is an episode of ui_episodes.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import ui_sources as see
from pim_peer.identity import Identity
from ui_model import Maybe
from ui_sources import GONE, Between

ROOM = 4
"""Connections through the gateway, once it is small."""


@dataclass(frozen=True)
class Field:
    name: str
    source: Callable
    """Of the world (the test case): the value by the second source, or what it has to equal."""
    change: str
    form: Callable = staticmethod(lambda value: value)
    """What of the answer is compared."""

    @property
    def member(self) -> str:
        """Of which method's answer, whoever it is about."""
        method, place = self.name.split(" ", 2)[1:]
        place = re.sub(r"\[\w+\]", "", place).strip(".")
        return f"{method} {place}"

    def take(self, answer, place: str, world):
        for part in re.findall(r"\w+|\[\w+\]", place):
            if part.startswith("["):
                answer = self._entry(answer, part[1:-1], world)
            else:
                answer = answer.get(part) if isinstance(answer, dict) else GONE
            if answer is None or answer == GONE:
                break
        return self.form(answer) if answer not in (None, GONE) else answer

    @staticmethod
    def _entry(entries: list, who: str, world):
        if who.isdigit():
            return entries[int(who)] if int(who) < len(entries) else GONE
        node = getattr(world, who).id.hex()
        return next((e for e in entries if node in (e.get("node_id"), e.get("peer_node_id"))), GONE)


def shown(shape, place: str = ""):
    """The places of all members of a shape of ui_model.py."""
    while isinstance(shape, (Maybe, list)):
        shape = shape.shape if isinstance(shape, Maybe) else shape[0]
    if isinstance(shape, dict):
        for name, inner in shape.items():
            yield from shown(inner, f"{place}.{name.rstrip('?')}".strip("."))
    else:
        yield place


def there(condition, value):
    return value() if condition else GONE


def _link(field: str, source: Callable, change: str) -> Field:
    return Field(f"client status interface.{field}", source, change)


def _neighbour(field: str, source: Callable, change: str) -> Field:
    """Of the relay, as the client lists it."""
    return Field(f"client peers.list [relay].{field}", source, change)


def _far(field: str, source: Callable, change: str = "a cable") -> Field:
    """Of the gateway, as the client lists it."""
    return Field(f"client peers.list [gateway].{field}", source, change)


def _nearby(field: str, source: Callable, change: str) -> Field:
    return Field(f"client peers.discovered [relay].{field}", source, change)


def _route(field: str, source: Callable, change: str = "a cable") -> Field:
    return Field(f"client route.table routes[gateway].{field}", source, change)


def _gateway(field: str, source: Callable, change: str, form: Callable = lambda value: value) -> Field:
    return Field(f"gateway gateway.status {field}", source, change, form)


def _row(field: str, change: str) -> Field:
    """Of the newest message, as its sender has it."""
    return Field(
        f"client messages.history messages[0].{field}", lambda w: see.stored_message(w.client).get(field, GONE), change
    )


def _conversation(field: str, source: Callable, change: str) -> Field:
    return Field(f"gateway messages.list_conversations conversations[client].{field}", source, change)


def direct(w) -> bool:
    return see.is_linked(w.client, w.gateway)


def hops(w) -> int:
    return 1 if direct(w) else 2


def next_hop(w) -> str:
    return (w.gateway if direct(w) else w.relay).id.hex()


def roles(daemon, relays: bool) -> list[str]:
    return ["client", *(["relay"] if relays else []), *(["gateway"] if see.rules(daemon) else [])]


def offered(w) -> bool:
    return see.masqueraded(w.gateway) is not None


def ends(w, daemon, other) -> object:
    """Where the link to the other leads, as the kernel has it."""
    return see.link_ends(daemon) if see.is_linked(daemon, other) else None


class OneOf:
    def __init__(self, values):
        self.values = values

    def __eq__(self, other) -> bool:
        return other in self.values if self.values else other is None

    def __repr__(self) -> str:
        return f"one of {self.values}"


# What has one value in this build, or one that the walk through the screens checks.
FIXED = {
    "status routes.expired": "destinations in hold-down, which lasts 0.8 s after a loss",
    "status transport.bluetooth.enabled": "there is TCP alone",
    "status transport.wifi_direct.enabled": "there is TCP alone",
    "peers.discovered mechanism": "they announce themselves by broadcast alone",
    "config.get format": "an echo",
    "config.get source_path": "where the daemon's file is",
    "messages.history has_more": "of pages, not of figures",
}

BORN, RELAY_BORN = "another client", "another relay"

FIELDS = (
    # What the client says of itself
    Field("client status node", lambda w: see.configured(w.client, "name"), BORN),
    Field("client status node_id", lambda w: Identity(w.key_of("client")).node_id.hex(), BORN),
    Field("client status node_id_short", lambda w: see.short(w.client), BORN),
    Field("client status x25519_pubkey", lambda w: Identity(w.key_of("client")).x25519_public.hex(), BORN),
    Field("client status mesh_ip", lambda w: see.mesh_addresses(w.client, "inet"), BORN),
    Field("client status mesh_ipv4", lambda w: see.mesh_addresses(w.client, "inet"), BORN),
    Field("client status mesh_ipv6", lambda w: see.mesh_addresses(w.client, "inet6"), BORN),
    Field("client status transport.tcp.port", lambda w: see.listening_port(w.client), BORN),
    Field("client status started_at", lambda w: see.near(see.started_at(w.client)), BORN, see.unix),
    Field("client status pid", lambda w: int(w.client.pid_file.read_text()), BORN),
    Field("client status uptime_s", lambda w: see.age(w.client), "a while"),
    Field("client status role", lambda w: roles(w.client, "enabled = true" in w.section("client", "relay")), BORN),
    Field("gateway status role", lambda w: roles(w.gateway, True), "no gateway"),
    _link("name", lambda w: see.link(w.client)["ifname"], BORN),
    _link("mtu", lambda w: see.link(w.client)["mtu"], "a narrow interface"),
    _link("up", lambda w: "UP" in see.link(w.client)["flags"], "the interface down"),
    Field("client status route_on", lambda w: see.has_rules(w.client), "the route on"),
    Field("client status routes.active", lambda w: w.nodes_up() - 1, "no relay"),
    Field("client status routes.selected_gateway", lambda w: w.gateway.id.hex() if offered(w) else None, "no gateway"),
    Field("client status stats.forwarded_packets", lambda w: w.forwarded("packets"), "a page"),
    Field("client status stats.forwarded_bytes", lambda w: w.forwarded("bytes"), "a page"),
    Field("client status stats.dropped", lambda w: Between(w.lost_pings, w.lost_pings + 20), "pings to nobody"),
    Field("client status stats.dropped_reason", lambda w: "packet_unreachable" if w.lost_pings else None, "pings to nobody"),
    Field("client status stats.congestion_drops", lambda w: Between(w.least_lost, w.most_lost), "too much"),
    Field("gateway status stats.conntrack_size", lambda w: len(see.flows(w.gateway)), "a connection"),

    # Peers
    _neighbour("node_id", lambda w: Identity(w.key_of("relay")).node_id.hex(), RELAY_BORN),
    _neighbour("node_id_short", lambda w: see.short(w.relay), RELAY_BORN),
    _neighbour("mesh_ip", lambda w: see.mesh_addresses(w.relay, "inet").split("/")[0], RELAY_BORN),
    _neighbour("x25519_pubkey", lambda w: see.known(w.client, w.relay).get("x25519_pub", b"").hex(), RELAY_BORN),
    _neighbour("label", lambda w: w.label_of_relay(), "a label"),
    _neighbour("address", lambda w: OneOf({*see.link_ends(w.client), f"{w.relay.cable}:9100"}), RELAY_BORN),
    _neighbour("state", lambda w: "active" if w.relay.is_running else "failed", "no relay"),
    Field("client peers.list [relay].failure", lambda w: not w.relay.is_running or None, "no relay",
          lambda f: bool(f["reason"]) and f["attempts"] >= 0),
    _neighbour("last_seen_s", lambda w: w.silence_of_relay(), "a silent relay"),
    Field("relay peers.list [gateway].latency_ms", lambda w: Between(10, 600) if w.delaying else Between(0, 9),
          "a slow gateway"),
    _far("transport", lambda w: "tcp" if direct(w) else "relay"),
    _far("state", lambda w: "active" if direct(w) else "relayed"),
    _far("route_hops", hops),
    _far("address", lambda w: OneOf(ends(w, w.client, w.gateway))),
    _far("link_security", lambda w: "sealed" if direct(w) else None),
    _far("static", lambda w: see.configured_peer(w.client, f"{w.gateway.cable2}:9100") is not None, "a static peer"),
    _far("is_gateway", offered, "no gateway"),

    # Nearby
    _nearby("node_id", lambda w: Identity(w.key_of("relay")).node_id.hex(), RELAY_BORN),
    _nearby("address", lambda w: OneOf(w.announced_by_relay()), RELAY_BORN),
    _nearby("label_announced", lambda w: see.configured(w.relay, "name"), RELAY_BORN),
    _nearby("roles", lambda w: roles(w.relay, "enabled = true" in w.section("relay", "relay")), RELAY_BORN),
    _nearby("first_seen_s", lambda w: see.seconds_since(see.logged_at(w.client, f"peer discovered.*{w.relay.id.hex()}")),
            "a while"),
    _nearby("last_seen_s", lambda w: w.silence_of_relay(), "a silent relay"),
    _nearby("connected", lambda w: see.is_linked(w.client, w.relay), "a revoked relay"),

    # Routes
    Field("client route.table routes[relay].destination", lambda w: see.mesh_addresses(w.relay, "inet").split("/")[0],
          RELAY_BORN),
    _route("via", next_hop),
    _route("learned_from", next_hop),
    _route("hops", hops),
    _route("is_gateway", offered, "no gateway"),
    Field("relay route.table routes[gateway].load", lambda w: len(see.flows(w.gateway)) * 255 // ROOM, "a busy gateway"),
    Field("client route.table routes[relay].age_s", lambda w: w.silence_of_relay(8), "a silent relay"),
    Field("client route.table gateways[gateway].node_id", lambda w: there(offered(w), w.gateway.id.hex), "no gateway"),
    Field("client route.table gateways[gateway].via", lambda w: next_hop(w), "a cable"),
    Field("client route.table gateways[gateway].hops", hops, "a cable"),
    Field("client route.table gateways[gateway].score", lambda w: Between(hops(w) * 100, hops(w) * 100 + 99), "a cable"),
    Field("client route.table gateways[gateway].selected", lambda w: there(offered(w), lambda: True), "no gateway"),

    # The gateway
    _gateway("active", offered, "no gateway"),
    _gateway("nat_interface", lambda w: see.masqueraded(w.gateway), "no gateway"),
    _gateway("advertised_routes", lambda w: w.ways_out() if offered(w) else [], "no gateway"),
    _gateway("enabled_at", lambda w: see.near(see.logged_at(w.gateway, "gateway enabled")) if offered(w) else None,
             "no gateway", see.unix),
    _gateway("conntrack.max", lambda w: see.most_flows(w.gateway), "a small gateway"),
    _gateway("conntrack.used", lambda w: len(see.flows(w.gateway)), "a connection"),
    _gateway("peers_through_me", lambda w: len(set(see.flows(w.gateway))), "a connection"),
    _gateway("peers_through_me_ids", lambda w: [w.client.id.hex()] if see.flows(w.gateway) else [], "a connection"),
    _gateway("throughput.out_total_bytes", lambda w: see.counter(w.gateway, "sent"), "much"),
    _gateway("throughput.in_total_bytes", lambda w: see.counter(w.gateway, "received"), "much"),
    _gateway("throughput.out_bps", lambda w: w.rate("sent"), "much"),
    _gateway("throughput.in_bps", lambda w: w.rate("received"), "much"),
    _gateway("dropped.over_limit", lambda w: see.counter(w.gateway, "over_limit", "packets"), "one too many"),
    _gateway("reason", lambda w: not w.has_uplink() or None, "no uplink", bool),

    # Configuration and mesh
    Field("client config.get config", lambda w: w.client.config.read_text(), "a label"),
    Field("client config.get last_modified", lambda w: see.near(w.client.config.stat().st_mtime, 0.01), "a label", see.unix),
    Field("client mesh.status mode", lambda w: see.configured(w.client, "mode") or "open", BORN),
    Field("client mesh.status mesh_id", lambda w: see.configured(w.client, "mesh_id"), BORN),
    Field("client mesh.status fingerprint", lambda w: w.fingerprint(), BORN),

    # Messages
    _conversation("peer_node_id", lambda w: see.stored_conversation(w.gateway, w.client).get("peer_node_id", GONE),
                  "a message"),
    _conversation("peer_node_id_short", lambda w: there(see.stored_conversation(w.gateway, w.client),
                                                        lambda: w.client.id.hex()[:8]), "a message"),
    _conversation("name", lambda w: there(see.stored_conversation(w.gateway, w.client),
                                          lambda: see.known(w.gateway, w.client)["last_known_name"]), "a message"),
    _conversation("last_message_preview", lambda w: see.stored_conversation(w.gateway, w.client).get(
        "last_message_preview", GONE), "another message"),
    _conversation("last_message_ts_ms", lambda w: see.stored_conversation(w.gateway, w.client).get(
        "last_message_ts_ms", GONE), "another message"),
    _conversation("unread_count", lambda w: see.stored_conversation(w.gateway, w.client).get("unread_count", GONE),
                  "a message read"),
    _conversation("x25519_pubkey", lambda w: there(see.stored_conversation(w.gateway, w.client),
                                                   lambda: w.client.identity.x25519_public.hex()), "a message"),
    _conversation("is_connected", direct, "a cable"),
    _row("id", "another message"),
    _row("peer_node_id", "a message"),
    _row("direction", "an answer"),
    _row("body", "another message"),
    _row("timestamp_ms", "another message"),
    _row("status", "a message read"),
    _row("delivered_at_ms", "another message"),
    _row("read_at_ms", "a message read"),
    _row("failure_reason", "a peer forgotten"),
)
