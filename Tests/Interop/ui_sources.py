"""Where else the figures of the control socket can be read: the kernel, files, databases, the clock, the other daemons."""

from __future__ import annotations

import datetime
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from daemon import Daemon
from pim_peer.addresses import mesh_address

MESH4, MESH6 = "10.77.", "fd77:"
GONE = "(not there)"


@dataclass(frozen=True)
class Between:
    """What two that are read one after the other can agree on."""

    low: float
    high: float

    def __eq__(self, other) -> bool:
        return isinstance(other, (int, float)) and self.low <= other <= self.high


# The kernel

def link(daemon: Daemon) -> dict:
    """The tunnel: whatever has the address that the NodeID gives."""
    address = mesh_address(daemon.id, "10.77.0.0/16")
    found = json.loads(daemon.machine.run("ip", "-j", "-s", "addr", "show"))
    return next((entry for entry in found if any(a.get("local") == address for a in entry["addr_info"])), {})


def mesh_addresses(daemon: Daemon, family: str) -> str:
    found = [a for a in link(daemon).get("addr_info", ()) if a["family"] == family and a["scope"] == "global"]
    return next((f"{a['local']}/{a['prefixlen']}" for a in found), GONE)


def sent_into_tunnel(daemon: Daemon, what: str) -> int:
    return link(daemon)["stats64"]["tx"][what]


def has_rules(daemon: Daemon) -> bool:
    """Whether everything is sent into the mesh."""
    return any(str(rule.get("table")) == "7477" for rule in json.loads(daemon.machine.run("ip", "-j", "rule")))


def listening_port(daemon: Daemon) -> int:
    lines = daemon.machine.run("ss", "-Hltnp").splitlines()
    return next(int(line.split()[3].rsplit(":", 1)[1]) for line in lines if f"pid={daemon.process.pid}," in line)


def link_ends(daemon: Daemon) -> set[str]:
    """The other ends of the daemon's connections, without the interface an address belongs to."""
    lines = daemon.machine.run("ss", "-Htnp", "state", "established").splitlines()
    found = (line.split()[3] for line in lines if f"pid={daemon.process.pid}," in line)
    return {re.sub(r"%\w+", "", end) for end in found}


def is_linked(daemon: Daemon, other: Daemon) -> bool:
    """Whether the kernel has a connection between the two."""
    mine = json.loads(other.machine.run("ip", "-j", "addr"))
    addresses = {a["local"] for entry in mine for a in entry["addr_info"]}
    return any(end.rsplit(":", 1)[0].strip("[]") in addresses for end in link_ends(daemon))


def rules(daemon: Daemon) -> list[dict]:
    if "inet pim" not in daemon.machine.run("nft", "list", "tables"):
        return []
    return json.loads(daemon.machine.run("nft", "-j", "list", "table", "inet", "pim"))["nftables"]


def counter(daemon: Daemon, name: str, what: str = "bytes") -> int | str:
    found = [entry["counter"] for entry in rules(daemon) if "counter" in entry]
    return next((entry[what] for entry in found if entry["name"] == name), GONE)


def masqueraded(daemon: Daemon) -> str | None:
    """The interface by which the mesh leaves, as the rules have it."""
    found = re.search(r'oifname "?([\w.]+)"? masquerade', daemon.machine.run("nft", "list", "ruleset"))
    return found and found.group(1)


def most_flows(daemon: Daemon) -> int | str:
    found = re.search(r"ct count over (\d+)", daemon.machine.run("nft", "list", "ruleset"))
    return int(found.group(1)) if found else GONE


def flows(daemon: Daemon) -> list[str]:
    """Who has connections through this gateway, once for each; those that are over do not count."""
    lines = daemon.machine.run("cat", "/proc/net/nf_conntrack").splitlines()
    sources = (re.search(r"src=(\S+) dst=(\S+)", line) for line in lines if not re.search(r" (TIME_WAIT|CLOSE) ", line))
    return [s.group(1) for s in sources if s.group(1).startswith((MESH4, MESH6)) and not s.group(2).startswith(MESH4)]


# The process and the clock

def started_at(daemon: Daemon) -> float:
    ticks = int(Path(f"/proc/{daemon.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[19])
    booted = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime"))
    return int(booted.split()[1]) + ticks / os.sysconf("SC_CLK_TCK")


def age(daemon: Daemon) -> Between:
    return seconds_since(started_at(daemon))


def seconds_since(moment: float) -> Between:
    passed = time.time() - moment
    return Between(passed - 3, passed + 1.5)


def unix(text: str | None) -> float | None:
    return text and datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def near(moment: float, tolerance: float = 2.5) -> Between:
    return Between(moment - tolerance, moment + tolerance)


def logged_at(daemon: Daemon, pattern: str) -> float:
    """When the last line that has this was logged; long ago if there is none."""
    found = re.findall(rf"^(\S+) .*{pattern}", daemon.log_text(), re.M)
    return unix(found[-1]) if found else 0


# Files and databases

def configured(daemon: Daemon, key: str) -> str | None:
    found = re.search(rf'^{key} = "(.*)"', daemon.config.read_text(), re.M)
    return found and found.group(1)


def configured_peer(daemon: Daemon, address: str) -> dict | None:
    """The entry of `[[peers]]` with this address."""
    for entry in daemon.config.read_text().split("[[peers]]")[1:]:
        values = dict(re.findall(r'^(\w+) = "(.*)"', entry, re.M))
        if values.get("address") == address:
            return values
    return None


def known(daemon: Daemon, other: Daemon) -> dict:
    return daemon.known_peer(other.id) or {}


def stored_conversation(daemon: Daemon, other: Daemon) -> dict:
    query = f"SELECT * FROM conversations_meta WHERE peer_node_id = '{other.id.hex()}'"
    return next(iter(daemon.rows(daemon.data / "plugins/messaging/messages.db", query)), {})


def stored_message(daemon: Daemon) -> dict:
    """The newest."""
    return max(daemon.stored_messages(), key=lambda row: row["timestamp_ms"], default={})


def short(daemon: Daemon) -> str:
    return f"{daemon.id.hex()[:8]}..{daemon.id.hex()[-8:]}"
