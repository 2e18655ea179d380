"""What a machine of a lab offers to others, and how others use it."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import socket
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import lab


def _family(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Service:
    """A server on a machine with a thread of its own, until `close()`."""

    def __init__(self, machine: lab.Machine, address: str, port: int, kind: int = socket.SOCK_STREAM):
        def make():
            made = socket.socket(_family(address), kind)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((address, port))
            if kind == socket.SOCK_STREAM:
                made.listen(64)
            return made

        self.socket = machine.inside(make)
        self.seen: list[str] = []
        """Where requests came from."""
        work = self._accept if kind == socket.SOCK_STREAM else self._receive
        threading.Thread(target=work, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, peer = self.socket.accept()
                self.seen.append(peer[0])
                threading.Thread(target=self._serve_safely, args=(connection, peer[0]), daemon=True).start()

    def _receive(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                datagram, peer = self.socket.recvfrom(65_535)
                if peer is None:
                    # What a socket that was shut down has to say.
                    return
                self.seen.append(peer[0])
                answer = self.answer(datagram)
                if answer is not None:
                    self.socket.sendto(answer, peer)

    def _serve_safely(self, connection: socket.socket, peer: str) -> None:
        with contextlib.suppress(OSError), connection:
            self.serve(connection, peer)

    def serve(self, connection: socket.socket, peer: str) -> None:
        raise NotImplementedError

    def answer(self, datagram: bytes) -> bytes | None:
        raise NotImplementedError

    def close(self) -> None:
        # Closing alone does not wake whoever waits in accept.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class StreamEcho(Service):
    """Sends back what comes."""

    def serve(self, connection: socket.socket, peer: str) -> None:
        while data := connection.recv(1 << 18):
            connection.sendall(data)


class DatagramEcho(Service):
    def __init__(self, machine: lab.Machine, address: str, port: int):
        super().__init__(machine, address, port, socket.SOCK_DGRAM)

    def answer(self, datagram: bytes) -> bytes | None:
        return datagram


class Web(Service):
    """HTTP that says where the request came from."""

    def __init__(self, machine: lab.Machine, address: str, port: int = 80):
        super().__init__(machine, address, port)

    def serve(self, connection: socket.socket, peer: str) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            data = connection.recv(4096)
            if not data:
                return
            request += data
        body = peer.encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


class SecureWeb(Web):
    """The same over TLS, in one name, with a certificate that is its own authority."""

    def __init__(self, machine: lab.Machine, address: str, name: str, directory: Path):
        self.certificate = directory / f"{name}.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        made = (
            x509.CertificateBuilder()
            .subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        encoding = serialization.Encoding.PEM
        self.certificate.write_bytes(made.public_bytes(encoding))
        private = directory / f"{name}.key"
        plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        private.write_bytes(key.private_bytes(encoding, *plain))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, private)
        super().__init__(machine, address, 443)

    def serve(self, connection: socket.socket, peer: str) -> None:
        with self._context.wrap_socket(connection, server_side=True) as sealed:
            super().serve(sealed, peer)


class Resolver(Service):
    """DNS that knows one address for every name."""

    def __init__(self, machine: lab.Machine, address: str, known: str):
        super().__init__(machine, address, 53, socket.SOCK_DGRAM)
        self.known = known

    def answer(self, datagram: bytes) -> bytes | None:
        if len(datagram) < 17:
            return None
        end = datagram.index(0, 12) + 5
        question = datagram[12:end]
        is_address = question[-4:-2] == b"\x00\x01"
        head = datagram[:2] + b"\x81\x80\x00\x01" + is_address.to_bytes(2, "big") + bytes(4)
        record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton(self.known)
        return head + question + (record if is_address else b"")


def stream(machine: lab.Machine, address: str, port: int, timeout: float = 10) -> socket.socket:
    """A connection from a machine."""
    return machine.inside(lambda: socket.create_connection((address, port), timeout=timeout))


def echoes_stream(machine: lab.Machine, address: str, port: int, size: int, timeout: float = 30) -> bool:
    """Whether so many random bytes come back as they went."""
    block = os.urandom(min(size, 1 << 20))
    with stream(machine, address, port) as connection:
        connection.settimeout(timeout)
        sent, received = hashlib.sha256(), hashlib.sha256()

        def send() -> None:
            left = size
            with contextlib.suppress(OSError):
                while left:
                    piece = block[:left]
                    sent.update(piece)
                    connection.sendall(piece)
                    left -= len(piece)

        thread = threading.Thread(target=send)
        thread.start()
        missing = size
        while missing:
            data = connection.recv(1 << 18)
            if not data:
                break
            received.update(data)
            missing -= len(data)
        thread.join()
    return missing == 0 and sent.digest() == received.digest()


def lost_datagrams(
    machine: lab.Machine, address: str, port: int, sizes: tuple[int, ...], timeout: float = 3, attempts: int = 3
) -> list[int]:
    """The sizes of datagrams of which no echo came back; IP may lose one, so each is tried a few times."""
    lost = []
    with machine.inside(lambda: socket.socket(_family(address), socket.SOCK_DGRAM)) as sender:
        sender.settimeout(timeout / attempts)
        for size in sizes:
            for _ in range(attempts):
                payload = os.urandom(size)
                sender.sendto(payload, (address, port))
                with contextlib.suppress(TimeoutError):
                    while sender.recv(65_535) != payload:
                        pass
                    break
            else:
                lost.append(size)
    return lost


def failure_to_connect(machine: lab.Machine, address: str, port: int = 80, timeout: float = 10) -> int | None:
    """The error number with which a connection fails; None when it does not."""
    try:
        stream(machine, address, port, timeout).close()
        return None
    except TimeoutError:
        return 0
    except OSError as error:
        return error.errno
