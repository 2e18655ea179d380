"""Networks of its own for a test: namespaces as machines, bridges as segments, and sockets inside of them."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import re
import socket
import stat
import struct
import subprocess
import threading
import time
from pathlib import Path

_SETTINGS = (
    r"net\.ipv[46]\.(ip_forward|conf\..*\.(forwarding|accept_ra|accept_redirects|send_redirects|rp_filter|disable_ipv6"
    r"|accept_local|src_valid_mark|addr_gen_mode|proxy_arp))"
)
_CLONE_NEWNET = 0x4000_0000
_ETH_P_ALL = 0x0003
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x4004_54CA, 0x0001, 0x1000
_libc = ctypes.CDLL(None, use_errno=True)


def missing() -> str | None:
    """What keeps this machine from having a lab; None if nothing does."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "network namespaces need `ip` (iproute2)"
    probe = f"pim{os.getpid()}p"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True)
    if made.returncode != 0:
        return f"this machine makes no network namespaces: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", probe], capture_output=True)
    return None


def ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def ordinary_user(directory: Path, temporary: Path, *options: str) -> tuple[str, ...]:
    """What follows a machine's launcher to run a program as an ordinary user with these options of `setpriv`, who owns
    all of `directory`. /dev/net/tun is open to all, as almost everywhere."""
    device = directory / "tun"
    os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(10, 200))
    device.chmod(0o666)
    for path in [directory, *directory.rglob("*")]:
        os.chown(path, 65_534, 65_534)
    mounting = ("sh", "-c", 'mount --bind "$0" /dev/net/tun && exec "$@"', str(device))
    user = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *options)
    return (*mounting, "env", f"TMPDIR={temporary}", *user)


class Machine:
    """A namespace with its interfaces."""

    def __init__(self, name: str, namespace: str):
        self.name = name
        self.namespace = namespace
        self.launcher = ("ip", "netns", "exec", namespace)
        self._sockets: list[socket.socket] = []

    def ip(self, *arguments: str) -> str:
        return ip("-n", self.namespace, *arguments)

    def run(self, *command: str) -> str:
        return subprocess.run([*self.launcher, *command], capture_output=True, text=True, check=True).stdout

    def etc(self, file: str, text: str) -> Path:
        """A file of /etc that programs of this machine see instead of the host's; written in place when it is there."""
        path = Path(f"/etc/netns/{self.namespace}/{file}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def ping(self, address: str, count: int = 1, size: int = 56, wait: float = 2, *options: str) -> int:
        """How many of `count` pings are answered."""
        numbers = ("-i", "0.05", "-c", str(count), "-s", str(size), "-W", str(wait))
        command = ("ping", "-n", "-q", *numbers, *options, address)
        done = subprocess.run([*self.launcher, *command], capture_output=True, text=True)
        found = re.search(r"(\d+) received", done.stdout)
        return int(found.group(1)) if found else 0

    def fetch(self, url: str, timeout: float = 5, *options: str) -> str | None:
        """The body of an answer of 200, names resolved as this machine does; None for anything else."""
        how = ("--silent", "--fail", "--noproxy", "*", "--globoff", "--max-time", str(timeout), *options)
        command = ("curl", *how, url)
        done = subprocess.run([*self.launcher, *command], capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else None

    def snapshot(self) -> dict[str, str]:
        """What a daemon may change on a machine: routes, rules, firewall, settings, resolvers. By topic, so that a
        comparison shows what differs."""
        settings = subprocess.run(
            [*self.launcher, "sysctl", "-a", "--pattern", _SETTINGS], capture_output=True, text=True
        ).stdout
        return {
            "addresses": self.run("ip", "-o", "addr", "show"),
            "links": self.run("ip", "-o", "link", "show"),
            "routes": self.run("ip", "-4", "route", "show", "table", "all"),
            "routes of IPv6": self.run("ip", "-6", "route", "show", "table", "all"),
            "rules": self.run("ip", "-4", "rule", "show"),
            "rules of IPv6": self.run("ip", "-6", "rule", "show"),
            "firewall": self.run("nft", "list", "ruleset"),
            "settings": "\n".join(sorted(settings.splitlines())),
            "resolv.conf": self.run("cat", "/etc/resolv.conf"),
        }

    def inside(self, make):
        """The value of `make()`, called inside; sockets made there stay there."""
        outcome: dict = {}

        def enter():
            try:
                descriptor = os.open(f"/run/netns/{self.namespace}", os.O_RDONLY)
                try:
                    if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
                        raise OSError(ctypes.get_errno(), "setns")
                finally:
                    os.close(descriptor)
                outcome["value"] = make()
            except BaseException as error:  # noqa: BLE001, handed on to the caller
                outcome["error"] = error

        # Only the thread moves; it ends here.
        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        if "error" in outcome:
            raise outcome["error"]
        return outcome["value"]

    def tunnel(self, name: str) -> int:
        """The descriptor of a new TUN device without packet information, as a VPN service makes one."""

        def make() -> int:
            descriptor = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
            return descriptor

        return self.inside(make)

    def udp(self, address: str = "0.0.0.0", port: int = 0) -> socket.socket:
        def make():
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((address, port))
            return made

        return self._socket(make)

    def listener(self, port: int) -> socket.socket:
        """A TCP socket that is connected to and says nothing."""

        def make():
            return socket.create_server(("0.0.0.0", port))

        return self._socket(make)

    def tap(self, interface: str) -> Tap:
        def make():
            # Without a protocol at first: it would hear every interface until it is bound to one.
            made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            made.bind((interface, _ETH_P_ALL))
            return made

        return Tap(self._socket(make))

    def _socket(self, make) -> socket.socket:
        """One that never blocks, and is closed with the lab."""
        made = self.inside(make)
        made.setblocking(False)
        self._sockets.append(made)
        return made

    def close(self) -> None:
        for made in self._sockets:
            made.close()
        for _ in range(20):
            # Processes that are just ending hold on to it.
            if subprocess.run(["ip", "netns", "del", self.namespace], capture_output=True).returncode == 0:
                break
            time.sleep(0.05)
        shutil.rmtree(f"/etc/netns/{self.namespace}", ignore_errors=True)

    def connections(self, port: int) -> int:
        """Established TCP connections of this machine to or from a port."""
        lines = self.run("ss", "-Htn", "state", "established", f"( sport = :{port} or dport = :{port} )")
        return len(lines.splitlines())


class Tap:
    """Every frame that passes an interface from now on."""

    def __init__(self, sock: socket.socket):
        self._socket = sock
        self._frames: list[bytes] = []

    def frames(self) -> list[bytes]:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._frames.append(self._socket.recv(65_535))
        return self._frames

    def datagrams(self, port: int) -> list[tuple[str, str, bytes]]:
        """(source, destination, payload) of the UDP datagrams to a port, over IPv4 and IPv6."""
        found = []
        for frame in self.frames():
            kind, packet = frame[12:14], frame[14:]
            if kind == b"\x08\x00" and packet[9] == socket.IPPROTO_UDP:
                source, target = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
                udp = packet[4 * (packet[0] & 15) :]
            elif kind == b"\x86\xdd" and packet[6] == socket.IPPROTO_UDP:
                source = socket.inet_ntop(socket.AF_INET6, packet[8:24])
                target = socket.inet_ntop(socket.AF_INET6, packet[24:40])
                udp = packet[40:]
            else:
                continue
            if int.from_bytes(udp[2:4], "big") == port:
                found.append((source, target, udp[8 : int.from_bytes(udp[4:6], "big")]))
        return found


class Lab:
    """Machines on segments; gone after `close()`."""

    _made = 0

    def __init__(self):
        Lab._made += 1
        self._prefix = f"pim{os.getpid()}x{Lab._made}"
        self._machines: list[Machine] = []
        self._plugs = 0
        self._segments: set[str] = set()
        # One more machine holds the segments, so that taps see all of them.
        self.switch = self._add("switch")
        self.switch.run("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")

    def _add(self, name: str) -> Machine:
        machine = Machine(name, f"{self._prefix}{name}")
        ip("netns", "add", machine.namespace)
        self._machines.append(machine)
        machine.ip("link", "set", "lo", "up")
        return machine

    def machine(self, name: str, *plugs: tuple[str, str | None]) -> Machine:
        """A machine with one interface for each (segment, address with prefix length)."""
        machine = self._add(name)
        # Link-local addresses are to be there at once.
        machine.run("sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0", "net.ipv6.conf.all.accept_dad=0")
        for index, (segment, address) in enumerate(plugs):
            self.plug(machine, segment, address, interface=f"eth{index}")
        return machine

    def plug(self, machine: Machine, segment: str, address: str | None, interface: str) -> None:
        if segment not in self._segments:
            self.switch.ip("link", "add", segment, "type", "bridge", "mcast_snooping", "0", "forward_delay", "0")
            self.switch.ip("link", "set", segment, "up")
            self._segments.add(segment)
        self._plugs += 1
        port = f"port{self._plugs}"
        ip("link", "add", interface, "netns", machine.namespace, "type", "veth", "peer", "name", port, "netns",
           self.switch.namespace)
        self.switch.ip("link", "set", port, "master", segment, "up")
        if address:
            machine.ip("addr", "add", address, "brd", "+", "dev", interface)
        machine.ip("link", "set", interface, "up")

    def close(self) -> None:
        while self._machines:
            self._machines.pop().close()
