"""What the desktop UI takes the daemon's answers and events for, as its type mirror has it (spec/rpc.md).

Written independently of docs/openrpc.json: that says what this daemon says, this what a client that was there before needs. A
client ignores members it does not know, and falls over those that are missing or of another type.
"""

from __future__ import annotations

import re

HEX32, HEX64 = r"[0-9a-f]{32}", r"[0-9a-f]{64}"
SHORT = r"[0-9a-f]{8}\.\.[0-9a-f]{8}"
TIME = r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"
MILLISECONDS = r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
IPV4 = r"\d+\.\d+\.\d+\.\d+"
SUBSCRIPTION = {"subscription_id": r"rpc-sub-\d+"}
ROLES = [{"client", "relay", "gateway"}]


class Maybe:
    """`null` or this."""

    def __init__(self, shape):
        self.shape = shape


class Any:
    """One of these shapes."""

    def __init__(self, *shapes):
        self.shapes = shapes


class WrongShape(AssertionError):
    """The UI would fall over this."""


def check(value, shape, place: str) -> None:
    """A shape is a type, a pattern, a set of words, a list of one shape, a table of members (`name?` may be missing), or
    one of the classes above."""
    if isinstance(shape, Maybe):
        if value is not None:
            check(value, shape.shape, place)
    elif isinstance(shape, Any):
        for one in shape.shapes:
            try:
                return check(value, one, place)
            except WrongShape as wrong:
                last = wrong
        raise last
    elif isinstance(shape, set):
        fits(value in shape, place, value, shape)
    elif isinstance(shape, str):
        fits(isinstance(value, str) and re.fullmatch(shape, value), place, value, shape)
    elif isinstance(shape, list):
        fits(isinstance(value, list), place, value, "a list")
        for index, entry in enumerate(value):
            check(entry, shape[0], f"{place}[{index}]")
    elif isinstance(shape, dict):
        fits(isinstance(value, dict), place, value, "an object")
        for name, inner in shape.items():
            bare = name.rstrip("?")
            if bare in value:
                check(value[bare], inner, f"{place}.{bare}")
            else:
                fits(name.endswith("?"), f"{place}.{bare}", "nothing", inner)
    elif shape is int:
        fits(isinstance(value, int) and not isinstance(value, bool) and value >= 0, place, value, "a number from 0")
    elif shape is None:
        fits(value is None, place, value, "null")
    else:
        fits(isinstance(value, shape), place, value, shape.__name__)


def fits(does: object, place: str, value, shape) -> None:
    if not does:
        raise WrongShape(f"{place} is {value!r} and should be {shape}")


PEER = {
    "node_id": HEX32 + "|", "node_id_short": SHORT + "|", "label": Maybe(str), "mesh_ip": IPV4 + "|",
    "transport": {"tcp", "bluetooth", "wifi_direct", "relay"}, "state": {"active", "relayed", "connecting", "failed"},
    "route_hops": int, "last_seen_s": int, "latency_ms": Maybe(int), "is_gateway": bool, "static": bool,
    "x25519_pubkey": Maybe(HEX64),
}
DISCOVERED = {
    "node_id": Maybe(HEX32), "address": r".+:\d+", "mechanism": {"broadcast", "bluetooth", "wifi_direct"},
    "first_seen_s": int, "last_seen_s": int, "label_announced": Maybe(str),
}
STATUS = {
    "node": str, "node_id": HEX32, "node_id_short": SHORT, "x25519_pubkey": HEX64, "mesh_ip": IPV4 + r"/\d+",
    "interface": {"name": str, "up": bool, "mtu": int}, "role": ROLES,
    "transport": {"tcp": {"port": int}, "bluetooth?": {"enabled": bool}, "wifi_direct?": {"enabled": bool}},
    "peers": [PEER], "routes": {"active": int, "expired": int, "selected_gateway": Maybe(HEX32)},
    "stats": {
        "forwarded_bytes": int, "forwarded_packets": int, "dropped": int, "dropped_reason": Maybe(str),
        "congestion_drops": int, "conntrack_size": int,
    },
    "uptime_s": int, "route_on": bool, "started_at": TIME,
}
ROUTES = {
    "routes": [{
        "destination": f"{IPV4}|{HEX32}", "via": HEX32, "hops": int, "learned_from": HEX32, "is_gateway": bool, "load": int,
        "age_s": int,
    }],
    "gateways": [{"node_id": HEX32, "via": HEX32, "hops": int, "score": int, "selected": bool}],
}
GATEWAY = {
    "active": bool, "nat_interface": Maybe(str), "advertised_routes": [str],
    "conntrack?": Maybe({"used": int, "max": int}),
    "throughput?": Maybe({"in_bps": int, "out_bps": int, "in_total_bytes": int, "out_total_bytes": int}),
    "peers_through_me?": Maybe(int), "peers_through_me_ids?": Maybe([HEX32]), "enabled_at?": Maybe(TIME),
}
PREFLIGHT = {
    "supported": bool, "platform": {"linux", "macos", "windows", "other"},
    "checks": [{"name": r"[a-z0-9_]+", "ok": bool, "detail": str}], "suggested_nat_interfaces": [str],
}
CONVERSATION = {
    "peer_node_id": HEX32, "peer_node_id_short": r"[0-9a-f]{8}", "name": str, "last_message_preview": Maybe(str),
    "last_message_ts_ms": Maybe(int), "unread_count": int, "is_connected": bool, "x25519_pubkey": Maybe(HEX64),
}
MESSAGE = {
    "id": HEX32, "peer_node_id": HEX32, "direction": {"sent", "received"}, "body": str, "timestamp_ms": int,
    "status": {"pending", "sent", "delivered", "read", "failed"}, "failure_reason": Maybe(str),
    "delivered_at_ms": Maybe(int), "read_at_ms": Maybe(int),
}
PLUGIN = {"name": str, "namespace": str, "phase": str}

ANSWERS = {
    "rpc.hello": {"daemon": r"pim-daemon/.+", "rpc_version": {1}, "features": [str]},
    "status": STATUS,
    "peers.list": [PEER],
    "peers.discovered": [DISCOVERED],
    "peers.add_static": {"node_id": Maybe(HEX32), "config_entry_id": r"entry-\w+-.+"},
    "peers.pair": PEER,
    "peers.remove": None,
    "peers.forget": {"forgot_identity": bool, "deleted_messages": int, "deleted_conversation": bool},
    "route.table": ROUTES,
    "route.set_split_default": {"on": bool, "via_gateway_id": Maybe(HEX32)},
    "gateway.status": GATEWAY,
    "gateway.preflight": PREFLIGHT,
    "gateway.enable": {
        "active": bool, "nat_interface": str, "advertised_routes": [str], "requires_restart": bool, "written_to": Maybe(str),
    },
    "gateway.disable": {"active": {False}, "requires_restart": bool, "written_to": Maybe(str)},
    "config.get": {"format": str, "config": r"(?s).+", "source_path": r"/.+", "last_modified": TIME},
    "config.save": {"saved": bool, "requires_restart": [r"[a-z0-9_]+(\.[a-z0-9_]+)*"], "written_to": r"/.+"},
    "mesh.status": {"mode": {"open", "private"}, "mesh_id": Maybe(str), "fingerprint": Maybe(r"[0-9a-f]{16}")},
    "plugins.list": {"plugins": [PLUGIN]},
    "messages.list_conversations": {"conversations": [CONVERSATION]},
    "messages.history": {"messages": [MESSAGE], "has_more": bool},
    "messages.send": {"id": HEX32, "timestamp_ms": int, "status": {"pending"}},
    "messages.mark_read": {"unread_count": int},
    "messages.delete_conversation": {"deleted_messages": int, "deleted_conversation": bool},
    "messages.delete_all": {"deleted_messages": int, "deleted_conversations": int},
    **{f"{stream}.subscribe": SUBSCRIPTION for stream in ("status", "peers", "gateway", "logs", "messages")},
    **{f"{stream}.unsubscribe": None for stream in ("status", "peers", "gateway", "logs", "messages")},
}


def status_event(**detail) -> dict:
    return {"at": TIME, **({"detail": detail} if detail else {})}


PEER_EVENT = {"peer": PEER, "at": TIME}
SAMPLE = {"in_bps": int, "out_bps": int, "conntrack_used": int, "conntrack_max": int}
EVENTS = {
    "status.event": {
        "interface_up": status_event(), "interface_down": status_event(), "gateway_selected": status_event(node_id=HEX32),
        "gateway_lost": status_event(), "route_on": status_event(), "route_off": status_event(),
        "role_changed": status_event(role=ROLES), "kill_switch": status_event(),
    },
    "peers.event": {
        "connected": PEER_EVENT, "disconnected": {**PEER_EVENT, "reason": str}, "state_changed": PEER_EVENT,
        "discovered": {"peer": DISCOVERED, "at": TIME}, "pair_failed": {**PEER_EVENT, "reason": str},
    },
    "gateway.event": {
        "enabled": {"at": TIME}, "disabled": {"at": TIME}, "throughput_sample": {"at": TIME, "detail": SAMPLE},
        "conntrack_pressure": {"at": TIME, "detail": {"level": {1, 2}, "used": int, "max": int}},
        "peer_through_me_added": {"at": TIME}, "peer_through_me_removed": {"at": TIME},
    },
    "messages.event": {
        "message_received": {"message": MESSAGE, "conversation": CONVERSATION},
        "message_status": {"message_id": HEX32, "peer_node_id": HEX32, "new_status": MESSAGE["status"], "at_ms": int},
        "history_cleared": {"peer_node_id": Maybe(HEX32), "scope": {"peer", "all"}, "deleted_messages": int},
        "peer_seen": {"peer_node_id": HEX32, "name": str, "x25519_known": bool, "via": {"direct", "routed"}},
    },
}
LOG = {
    "ts": MILLISECONDS, "level": {"trace", "debug", "info", "warn", "error"}, "source": r"\w+(::\w+)*", "message": str,
    "fields?": dict, "peer_id?": str,
}


def check_notification(message: dict) -> str:
    """What the UI does with a notification; returns the kind. It does not even look at one without an object of
    parameters, or with an id."""
    fits(message.get("id") is None, "id", message.get("id"), "absent")
    params, name = message.get("params"), message["method"]
    fits(isinstance(params, dict), f"{name}.params", params, "an object")
    if name == "logs.event":
        check(params, LOG, name)
        return params["level"]
    kind = params.get("kind")
    if kind in EVENTS.get(name, {}):
        check(params, EVENTS[name][kind], f"{name} {kind}")
    return kind
