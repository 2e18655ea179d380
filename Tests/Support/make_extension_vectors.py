#!/usr/bin/env python3
"""Writes the test vectors of design/extensions.md: an implementation of its own, with Python's `cryptography` only.

It shares no code with the Swift sources nor with the Python peer of Tests/Interop. Every input is fixed, so that the file
comes out the same, byte for byte, wherever it is made:

    python3 Tests/Support/make_extension_vectors.py            writes TestVectors/extension_vectors.json
    python3 Tests/Support/make_extension_vectors.py --stdout   prints it
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TARGET = Path(__file__).resolve().parent / "TestVectors" / "extension_vectors.json"

RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
ORDER = 2**252 + 27742317777372353535851937790883648493

SEALED_LINKS, SESSIONS, SEALED_PACKETS, GSO_PACKETS = 1, 2, 4, 8
ORIGIN, FEATURES, OFFER, ANSWER = 1, 2, 3, 4
PAYLOADS, PACKETS = 0x42, 0x43
DATA, ROUTE_UPDATE, HEARTBEAT, CONTROL = 2, 3, 4, 5
IS_CONTROL = 0x40


def u8(value: int) -> bytes:
    return value.to_bytes(1, "big")


def u16(value: int) -> bytes:
    return value.to_bytes(2, "big")


def u32(value: int) -> bytes:
    return value.to_bytes(4, "big")


def u64(value: int) -> bytes:
    return value.to_bytes(8, "big")


def fixed(label: str, count: int) -> bytes:
    """Bytes that look random and are the same every time."""
    stream = b""
    block = 0
    while len(stream) < count:
        stream += hashlib.sha256(f"pim extension vectors, {label}, {block}".encode()).digest()
        block += 1
    return stream[:count]


def hkdf(ikm: bytes, info: bytes, salt: bytes | None, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(ikm)


def x25519_public(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(*RAW)


def x25519(secret: bytes, public: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))


@dataclass(frozen=True)
class Node:
    seed: bytes
    name: str

    @property
    def key(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes(*RAW)

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.key).digest()[:16]

    @property
    def x25519(self) -> bytes:
        return x25519_public(hkdf(self.seed, b"pim-x25519-identity-v1", None, 32))

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


ALICE = Node(fixed("alice", 32), "alice")
BOB = Node(fixed("bob", 32), "bob")
CAROL = Node(fixed("carol", 32), "Carol Žluťoučká")


# Section 2: features in the handshake nonce


def effective(features: int) -> int:
    """Unknown bits are ignored, and a bit without the one it needs counts as unset."""
    known = features & (SEALED_LINKS | SESSIONS | SEALED_PACKETS | GSO_PACKETS)
    if not known & SESSIONS:
        known &= ~SEALED_PACKETS
    if not known & SEALED_PACKETS:
        known &= ~GSO_PACKETS
    return known


def feature_nonces() -> dict:
    made = []
    for features in (1, 3, 7, 15, 2, 6):
        random = fixed(f"nonce {features}", 32)
        made.append(
            {
                "random": random.hex(),
                "features": features,
                "nonce": (random[:20] + b"PIM-EXT1" + u32(features)).hex(),
            }
        )

    def case(note: str, nonce: bytes, features: int) -> dict:
        return {"note": note, "nonce": nonce.hex(), "features": features}

    head = fixed("parsing", 20)
    marked = head + b"PIM-EXT1"
    parsed = [
        case("no bit", marked + u32(0), 0),
        case("all four bits", marked + u32(15), 15),
        case("unknown bits beside known ones", marked + u32(0xFFFF_FFF3), 3),
        case("unknown bits only", marked + u32(0x8000_0010), 0),
        case("sealed packets without sessions", marked + u32(0b0101), 1),
        case("super-packets without sealed packets", marked + u32(0b1011), 3),
        case("super-packets and sealed packets without sessions", marked + u32(0b1101), 1),
        case("super-packets alone", marked + u32(0b1000), 0),
        case("every bit set", marked + u32(0xFFFF_FFFF), 15),
        case("a reference node's nonce", fixed("reference nonce", 32), 0),
        case("all zeros", bytes(32), 0),
        case("another version of the marker", head + b"PIM-EXT2" + u32(15), 0),
        case("the marker in small letters", head + b"pim-ext1" + u32(15), 0),
        case("the marker one byte early", head[:19] + b"PIM-EXT1" + b"\x00" + u32(15), 0),
        case("features in little-endian order are other bits", marked + bytes([3, 0, 0, 0]), 0),
    ]
    for entry in parsed:
        if bytes.fromhex(entry["nonce"])[20:28] == b"PIM-EXT1":
            assert entry["features"] == effective(int(entry["nonce"][-8:], 16)), entry
        assert len(entry["nonce"]) == 64, entry
    return {"make": made, "parse": parsed}


# Section 3: signed PeerInfo


def body(node: Node) -> bytes:
    name = node.name.encode()
    return b"\x07" + node.x25519 + u8(len(name)) + name


def tlv(kind: int, value: bytes) -> bytes:
    return u8(kind) + u16(len(value)) + value


def before_signature(node: Node, values: bytes, key: bytes | None = None) -> bytes:
    return body(node) + b"PIMX" + values + u8(ORIGIN) + u16(96) + (node.key if key is None else key)


def to_sign(frame: bytes, source: bytes, destination: bytes) -> bytes:
    return b"pim-origin-v1" + source + destination + frame


def signed(node: Node, destination: bytes, values: bytes, source: bytes | None = None) -> bytes:
    frame = before_signature(node, values)
    return frame + node.sign(to_sign(frame, node.id if source is None else source, destination))


def features_value(features: int) -> bytes:
    return tlv(FEATURES, u32(features))


E_I = fixed("ephemeral of the offer", 32)
E_R = fixed("ephemeral of the answer", 32)
OFFERED, ANSWERED = x25519_public(E_I), x25519_public(E_R)


def valid_peer_infos() -> list[dict]:
    def entry(note, node, destination, values, features, offer=None, answer=None) -> dict:
        frame = before_signature(node, values)
        bytes_to_sign = to_sign(frame, node.id, destination.id)
        return {
            "note": note,
            "seed": node.seed.hex(),
            "public_key": node.key.hex(),
            "x25519": node.x25519.hex(),
            "name": node.name,
            "src": node.id.hex(),
            "dst": destination.id.hex(),
            "features": features,
            "offer": offer.hex() if offer else None,
            "answer_responder": answer[0].hex() if answer else None,
            "answer_initiator": answer[1].hex() if answer else None,
            "bytes_to_sign": bytes_to_sign.hex(),
            "signature": node.sign(bytes_to_sign).hex(),
            "frame": (frame + node.sign(bytes_to_sign)).hex(),
            "canonical": True,
        }

    three = features_value(SEALED_LINKS | SESSIONS)
    offer, answer = tlv(OFFER, OFFERED), tlv(ANSWER, ANSWERED + OFFERED)
    cases = [
        entry("plain", ALICE, BOB, three, 3),
        entry("the same to another node", ALICE, CAROL, three, 3),
        entry("no features", BOB, ALICE, b"", 0),
        entry("offer", ALICE, BOB, three + offer, 3, offer=OFFERED),
        entry("answer", BOB, ALICE, three + answer, 3, answer=(ANSWERED, OFFERED)),
        entry("all features", CAROL, BOB, features_value(15), 15),
        entry("long name", Node(ALICE.seed, "n" * 255), BOB, three + offer, 3, offer=OFFERED),
        entry("no name", Node(ALICE.seed, ""), BOB, three, 3),
    ]
    # Forms that every receiver takes and our sender does not make.
    filler = 1024 - 7 - 3 - (3 + 96)
    for note, values, features, exchange in (
        ("unknown type", three + tlv(0x7F, b"from the future"), 3, None),
        ("unknown type without a value", tlv(0xFF, b"") + three, 3, None),
        ("type zero is unknown", tlv(0, b"zero") + three, 3, None),
        ("offer before the features", offer + three, 3, OFFERED),
        ("features with unknown bits", features_value(0xFFFF_FFF3), 3, None),
        ("sealed packets without sessions", features_value(0b0101), 1, None),
        ("trailer of 1024 bytes", three + tlv(0x55, fixed("filler", filler)), 3, None),
    ):
        cases.append(entry(note, ALICE, BOB, values, features, offer=exchange) | {"canonical": False})
    return cases


def weak_signature() -> tuple[bytes, bytes]:
    """A key of small order and a signature under it that any message verifies with, unless such keys are refused."""
    seed = fixed("weak", 32)
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0] &= 248
    digest[31] &= 127
    digest[31] |= 64
    scalar = int.from_bytes(digest, "little") % ORDER
    point = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(*RAW)
    return b"\x01" + bytes(31), point + scalar.to_bytes(32, "little")


def invalid_peer_infos() -> list[dict]:
    """`stage`: "form" is seen without any key, "proof" needs source, destination and the signature."""
    three = features_value(SEALED_LINKS | SESSIONS)
    offer, answer = tlv(OFFER, OFFERED), tlv(ANSWER, ANSWERED + OFFERED)
    cases: list[dict] = []

    def add(reason: str, stage: str, frame: bytes, source: bytes = ALICE.id, destination: bytes = BOB.id) -> None:
        cases.append(
            {
                "reason": reason,
                "stage": stage,
                "src": source.hex(),
                "dst": destination.hex(),
                "frame": frame.hex(),
            }
        )

    def bad_form(reason: str, values: bytes) -> None:
        add(reason, "form", signed(ALICE, BOB.id, values))

    bad_form("features of 3 bytes", tlv(FEATURES, bytes([0, 0, 3])))
    bad_form("features of 5 bytes", tlv(FEATURES, bytes([0, 0, 0, 0, 3])))
    bad_form("empty features", tlv(FEATURES, b""))
    bad_form("offer of 31 bytes", three + tlv(OFFER, OFFERED[:31]))
    bad_form("offer of 33 bytes", three + tlv(OFFER, OFFERED + b"\x00"))
    bad_form("answer of 32 bytes", three + tlv(ANSWER, ANSWERED))
    bad_form("answer of 63 bytes", three + tlv(ANSWER, (ANSWERED + OFFERED)[:63]))
    bad_form("features twice", three + three)
    bad_form("offer twice", three + offer + offer)
    bad_form("answer twice", three + answer + answer)
    bad_form("unknown type twice", three + tlv(0x7F, b"a") + tlv(0x7F, b"a"))
    bad_form("offer and answer", three + offer + answer)
    bad_form("offer without features", offer)
    bad_form("offer without sessions", features_value(SEALED_LINKS) + offer)
    bad_form("answer without sessions", features_value(SEALED_LINKS) + answer)
    bad_form("offer with sealed packets but without sessions", features_value(SEALED_LINKS | SEALED_PACKETS) + offer)
    bad_form("value runs over the end", three + u8(0x7F) + u16(0xFFFF))
    bad_form("trailer of 1025 bytes", three + tlv(0x55, fixed("filler", 1025 - 7 - 3 - 99)))

    plain = signed(ALICE, BOB.id, three)
    head = before_signature(ALICE, three)
    add("bytes behind the origin", "form", plain + b"\x00")
    late = body(ALICE) + b"PIMX" + tlv(ORIGIN, ALICE.key + ALICE.sign(to_sign(head, ALICE.id, BOB.id))) + three
    add("origin not last", "form", late)
    add("origin twice", "form", plain + tlv(ORIGIN, plain[-96:]))
    add("no origin", "form", body(ALICE) + b"PIMX" + three)
    add("magic and nothing else", "form", body(ALICE) + b"PIMX")
    add("cut inside of the magic's first value", "form", body(ALICE) + b"PIMX" + three[:2])
    add("cut inside of the signature", "form", plain[:-1])
    add("cut behind the key", "form", plain[:-64])
    short = body(ALICE) + b"PIMX" + three + u8(ORIGIN) + u16(95) + ALICE.key
    add("origin of 95 bytes", "form", short + ALICE.sign(to_sign(short, ALICE.id, BOB.id))[:63])

    def flipped(frame: bytes, offset: int, bit: int = 1) -> bytes:
        bent = bytearray(frame)
        bent[offset] ^= bit
        return bytes(bent)

    add("other source", "proof", plain, source=CAROL.id)
    add("other destination", "proof", plain, destination=CAROL.id)
    add("source and destination exchanged", "proof", plain, source=BOB.id, destination=ALICE.id)
    add("addressed to its own source", "proof", signed(ALICE, ALICE.id, three), destination=ALICE.id)
    add("signed in the name of another node", "proof", signed(ALICE, BOB.id, three, source=CAROL.id), source=CAROL.id)
    add("flipped bit in R", "proof", flipped(plain, -64))
    add("flipped bit in S", "proof", flipped(plain, -32))
    add("flipped bit in the public key", "proof", flipped(plain, -96))
    add("flipped bit in the X25519 key", "proof", flipped(plain, 1))
    add("flipped bit in the name", "proof", flipped(plain, 34, bit=2))
    add("flipped bit in the features", "proof", flipped(plain, len(body(ALICE)) + 4 + 6, bit=4))
    add("flipped bit in an offer", "proof", flipped(signed(ALICE, BOB.id, three + offer), -99 - 1))
    add("signature of zeros", "proof", plain[:-64] + bytes(64))
    scalar = int.from_bytes(plain[-32:], "little") + ORDER
    add("S not below the group order", "proof", plain[:-32] + scalar.to_bytes(32, "little"))
    without_domain = before_signature(ALICE, three)
    add(
        "signed without the domain",
        "proof",
        without_domain + ALICE.sign(ALICE.id + BOB.id + without_domain),
    )
    add("signed without source and destination", "proof", head + ALICE.sign(b"pim-origin-v1" + head))
    key, signature = weak_signature()
    weak_id = hashlib.sha256(key).digest()[:16]
    add("key of small order", "proof", before_signature(ALICE, three, key) + signature, source=weak_id)
    assert all(len(c["frame"]) for c in cases)
    return cases


def unsigned_peer_infos() -> list[dict]:
    def case(note: str, tail: bytes) -> dict:
        return {"note": note, "x25519": ALICE.x25519.hex(), "name": ALICE.name, "frame": (body(ALICE) + tail).hex()}

    return [
        case("nothing follows", b""),
        case("other bytes follow", b"some extension of others"),
        case("three bytes of the magic", b"PIM"),
        case("the magic in small letters", b"pimx" + features_value(3)),
        case("the magic one byte late", b"\x00PIMX" + features_value(3)),
    ]


# Section 4: sessions


@dataclass(frozen=True)
class Session:
    offering: Node
    answering: Node
    initiator_secret: bytes
    responder_secret: bytes

    @property
    def dh(self) -> bytes:
        shared = x25519(self.initiator_secret, x25519_public(self.responder_secret))
        assert shared == x25519(self.responder_secret, x25519_public(self.initiator_secret))
        return shared

    def derive(self, tag: int, a: Node, b: Node, length: int) -> bytes:
        public = x25519_public(self.initiator_secret) + x25519_public(self.responder_secret)
        return hkdf(self.dh, u8(tag) + a.id + b.id + public, b"pim-seal-v1", length)

    @property
    def id(self) -> bytes:
        return self.derive(0, self.offering, self.answering, 8)

    def key(self, tag: int, sender: Node, receiver: Node) -> bytes:
        return self.derive(tag, sender, receiver, 32)

    def seal(self, tag: int, sender: Node, receiver: Node, counter: int, plaintext: bytes) -> bytes:
        sealed = AESGCM(self.key(tag, sender, receiver)).encrypt(bytes(4) + u64(counter), plaintext, None)
        return u8(tag) + self.id + u64(counter) + sealed


SESSION_CASES = [
    Session(ALICE, BOB, E_I, E_R),
    Session(BOB, ALICE, E_I, E_R),
    Session(CAROL, ALICE, fixed("second offer", 32), fixed("second answer", 32)),
]

# The points whose multiples are all of order eight or less (RFC 7748 section 6.1 has the result refused).
SMALL_POINTS = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]


def sessions() -> dict:
    derived = []
    for session in SESSION_CASES:
        i, r = session.offering, session.answering
        derived.append(
            {
                "initiator": i.id.hex(),
                "responder": r.id.hex(),
                "e_i": session.initiator_secret.hex(),
                "e_r": session.responder_secret.hex(),
                "initiator_public": x25519_public(session.initiator_secret).hex(),
                "responder_public": x25519_public(session.responder_secret).hex(),
                "dh": session.dh.hex(),
                "session_id": session.id.hex(),
                "payloads_initiator_to_responder": session.key(PAYLOADS, i, r).hex(),
                "payloads_responder_to_initiator": session.key(PAYLOADS, r, i).hex(),
                "packets_initiator_to_responder": session.key(PACKETS, i, r).hex(),
                "packets_responder_to_initiator": session.key(PACKETS, r, i).hex(),
            }
        )
    return {"derived": derived, "refused_keys": [point.hex() for point in SMALL_POINTS]}


# Section 5: sealed payloads and packets


def ipv4_udp(source: bytes, destination: bytes, payload: bytes) -> bytes:
    """A UDP packet over IPv4 with both checksums."""

    def ones(data: bytes) -> int:
        data += bytes(len(data) % 2)
        total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
        while total >> 16:
            total = (total & 0xFFFF) + (total >> 16)
        return total ^ 0xFFFF

    length = 8 + len(payload)
    udp = u16(5000) + u16(6000) + u16(length) + u16(0) + payload
    pseudo = source + destination + u16(17) + u16(length)
    udp = udp[:6] + u16(ones(pseudo + udp) or 0xFFFF) + udp[8:]
    header = bytes([0x45, 0]) + u16(20 + length) + u16(7) + u16(0x4000) + bytes([64, 17]) + u16(0)
    header += source + destination
    return header[:10] + u16(ones(header)) + header[12:] + udp


def record(packet: bytes, gso_size: int = 0) -> bytes:
    return u16(len(packet)) + u16(gso_size) + packet


def mesh_frame(source: Node, destination: Node, payload: bytes) -> bytes:
    return source.id + destination.id + u32(0) + u8(8) + u8(IS_CONTROL) + u16(len(payload)) + payload


def sealed_frames() -> dict:
    session = SESSION_CASES[0]
    i, r = session.offering, session.answering
    frames: list[dict] = []

    def add(note, sender, receiver, tag, counter, plaintext, kind=None, content=None) -> None:
        sealed = session.seal(tag, sender, receiver, counter, plaintext)
        frames.append(
            {
                "note": note,
                "src": sender.id.hex(),
                "dst": receiver.id.hex(),
                "tag": tag,
                "counter": counter,
                "kind": kind,
                "body": content.hex() if content is not None else None,
                "plaintext": plaintext.hex(),
                "frame": sealed.hex(),
                "mesh_frame": mesh_frame(sender, receiver, sealed).hex(),
            }
        )

    def payload(note, sender, receiver, counter, kind: str, content: bytes) -> None:
        plaintext = u8(len(kind)) + kind.encode("ascii") + content
        add(note, sender, receiver, PAYLOADS, counter, plaintext, kind, content)

    add("confirmation", i, r, PAYLOADS, 0, b"")
    payload("first payload", i, r, 1, "messaging.msg", b"the heron lands at dawn")
    payload("empty body", i, r, 2, "messaging.ack", b"")
    payload("kind of one byte", i, r, 3, "x", fixed("body", 40))
    payload("kind of 255 bytes", i, r, 4, "k" * 255, b"body")
    payload("the other direction starts at zero", r, i, 0, "messaging.msg", b"the heron has landed")
    payload("counter of more than 32 bits", r, i, 0x1_0000_0001, "messaging.msg", b"still here")
    payload("last counter", r, i, (1 << 48) - 1, "messaging.msg", b"the end")
    payload("ten kilobytes", i, r, 5, "bulk.data", fixed("bulk", 10_000))
    one = ipv4_udp(bytes([10, 77, 1, 2]), bytes([10, 77, 3, 4]), b"one packet")
    two = ipv4_udp(bytes([10, 77, 1, 2]), bytes([10, 77, 3, 4]), b"")
    add("one packet", i, r, PACKETS, 0, record(one))
    add("two packets", i, r, PACKETS, 1, record(one) + record(two))
    add("packets of the other direction", r, i, PACKETS, 0, record(ipv4_udp(bytes([10, 77, 3, 4]), bytes([10, 77, 1, 2]), b"back")))

    whole = session.seal(PAYLOADS, i, r, 9, b"\x01xbody")
    header = whole[:17]

    def with_counter(counter: int) -> bytes:
        return whole[:9] + u64(counter) + whole[17:]

    malformed = [
        {"reason": "nothing behind the tag", "frame": whole[:1].hex()},
        {"reason": "header only", "frame": header.hex()},
        {"reason": "one byte short of an authentication tag", "frame": whole[:32].hex()},
        {"reason": "counter 2^48", "frame": with_counter(1 << 48).hex()},
        {"reason": "largest counter", "frame": with_counter((1 << 64) - 1).hex()},
        {"reason": "tag 0x41", "frame": (b"\x41" + whole[1:]).hex()},
        {"reason": "tag 0x44", "frame": (b"\x44" + whole[1:]).hex()},
    ]

    def flipped(offset: int) -> bytes:
        bent = bytearray(whole)
        bent[offset] ^= 1
        return bytes(bent)

    refused = [
        {"reason": "flipped bit in the ciphertext", "frame": flipped(17).hex()},
        {"reason": "flipped bit in the authentication tag", "frame": flipped(len(whole) - 1).hex()},
        {"reason": "other counter", "frame": with_counter(10).hex()},
        {"reason": "cut", "frame": whole[:-1].hex()},
        {"reason": "payload as packets", "frame": (u8(PACKETS) + whole[1:]).hex()},
        {"reason": "sealed for the other direction", "frame": session.seal(PAYLOADS, r, i, 9, b"\x01xbody").hex()},
    ]
    plaintexts = [
        {"plaintext": "", "kind": None, "body": None, "ok": True},
        {"plaintext": "0178", "kind": "x", "body": "", "ok": True},
        {"plaintext": "026b6bff00", "kind": "kk", "body": "ff00", "ok": True},
        {"plaintext": "00", "kind": None, "body": None, "ok": False},
        {"plaintext": "0061", "kind": None, "body": None, "ok": False},
        {"plaintext": "01", "kind": None, "body": None, "ok": False},
        {"plaintext": "0378", "kind": None, "body": None, "ok": False},
        {"plaintext": "01ff", "kind": None, "body": None, "ok": False},
        {"plaintext": "02c3a4", "kind": None, "body": None, "ok": False},
    ]
    return {
        "session": 0,
        "frames": frames,
        "genuine": whole.hex(),
        "malformed": malformed,
        "refused": refused,
        "plaintexts": plaintexts,
        "largest_body_with_kind_of_13_bytes": 65_535 - 33 - 1 - 13,
    }


# Section 5: records of packets, and what super-packets stand for

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
FIN, SYN, PSH, ACK, CWR = 0x01, 0x02, 0x08, 0x10, 0x80
V4 = (bytes([10, 77, 1, 2]), bytes([10, 77, 3, 4]))
V6 = (bytes.fromhex("fd77" + "00" * 13 + "02"), bytes.fromhex("fd77" + "00" * 12 + "0304"))


def ones_complement(data: bytes) -> int:
    data += bytes(len(data) % 2)
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


@dataclass(frozen=True)
class Packet:
    """One IP packet by its parts; what is not given is computed."""

    payload: bytes
    kind: int = TCP
    version: int = 4
    flags: int = ACK
    sequence: int = 1000
    identification: int = 7
    fragment: int = 0x4000
    ip_options: bytes = b""
    tcp_options: bytes = b""
    #: Put before the transport header, with the kind the IPv6 header then names.
    extension: tuple[int, bytes] | None = None
    udp_length: int | None = None
    checksum: bool = True

    @property
    def transport(self) -> bytes:
        if self.kind == TCP:
            words = (20 + len(self.tcp_options)) // 4
            head = u16(5000) + u16(6000) + u32(self.sequence) + u32(77) + u8(words << 4) + u8(self.flags)
            segment, field = head + u16(512) + u16(0) + u16(0) + self.tcp_options + self.payload, 16
        elif self.kind == UDP:
            length = 8 + len(self.payload) if self.udp_length is None else self.udp_length
            segment, field = u16(5000) + u16(6000) + u16(length) + u16(0) + self.payload, 6
        else:
            return self.payload
        if not self.checksum:
            return segment
        source, destination = V4 if self.version == 4 else V6
        total = ones_complement(source + destination + u32(self.kind) + u32(len(segment)) + segment)
        if self.kind == UDP:
            total = total or 0xFFFF
        return segment[:field] + u16(total) + segment[field + 2 :]

    @property
    def bytes(self) -> bytes:
        body = self.transport
        if self.version == 6:
            kind = self.kind
            if self.extension is not None:
                kind, body = self.extension[0], self.extension[1] + body
            return b"\x60\x01\x23\x45" + u16(len(body)) + u8(kind) + u8(64) + V6[0] + V6[1] + body
        words = 5 + len(self.ip_options) // 4
        header = u8(0x40 | words) + u8(0) + u16(4 * words + len(body)) + u16(self.identification)
        header += u16(self.fragment) + u8(64) + u8(self.kind) + u16(0) + V4[0] + V4[1] + self.ip_options
        return header[:10] + u16(ones_complement(header)) + header[12:] + body

    def segments(self, size: int) -> list[bytes]:
        """As the kernel cuts them."""
        pieces = [self.payload[at : at + size] for at in range(0, len(self.payload), size)]
        cut = []
        for index, piece in enumerate(pieces):
            flags = self.flags if index == len(pieces) - 1 else self.flags & ~(FIN | PSH)
            cut.append(
                replace(
                    self,
                    payload=piece,
                    flags=flags,
                    sequence=(self.sequence + index * size) & 0xFFFF_FFFF,
                    identification=(self.identification + index) & 0xFFFF,
                    checksum=True,
                ).bytes
            )
        return cut


def bent(packet: bytes, at: int, value: bytes) -> bytes:
    return packet[:at] + value + packet[at + len(value) :]


def packet_records() -> dict:
    good: list[dict] = []

    def entry(packet: bytes, size: int = 0, segments: list[bytes] | None = None) -> dict:
        cut = [segment.hex() for segment in segments or []]
        return {"packet": packet.hex(), "gso_size": size, "segments": cut}

    def add(note: str, *entries: dict) -> None:
        plaintext = b"".join(record(bytes.fromhex(e["packet"]), e["gso_size"]) for e in entries)
        good.append({"note": note, "plaintext": plaintext.hex(), "records": list(entries)})

    def cut(size: int, payload: int, **parts) -> dict:
        whole = Packet(fixed("payload", payload), checksum=False, **parts)
        return entry(whole.bytes, size, whole.segments(size))

    text = fixed("small packet", 33)
    plain = [Packet(text, kind=kind, version=version) for version in (4, 6) for kind in (TCP, UDP)]
    echo = b"\x08\x00" + u16(ones_complement(b"\x08\x00\x00\x00\x12\x34\x00\x01")) + b"\x12\x34\x00\x01"
    for packet in plain:
        add(f"IPv{packet.version}, protocol {packet.kind}", entry(packet.bytes))
    add("a header and nothing else", entry(Packet(b"", kind=59).bytes), entry(Packet(b"", kind=59, version=6).bytes))
    add("ICMP echo", entry(Packet(echo, kind=ICMP).bytes))
    add("IPv4 options", entry(Packet(text, ip_options=b"\x01\x01\x01\x00").bytes))
    add("a fragment that is no super-packet", entry(Packet(text, kind=99, fragment=0x2000).bytes))
    add("one of each", *(entry(packet.bytes) for packet in plain))
    for version in (4, 6):
        for kind in (TCP, UDP):
            add(f"super-packet, IPv{version}, protocol {kind}", cut(100, 250, kind=kind, version=version))
    add("equal segments", cut(50, 200), cut(50, 200, kind=UDP))
    add("two segments, the last of one byte", cut(100, 101))
    add("128 segments", cut(3, 384), cut(3, 382, kind=UDP, version=6))
    add("PSH and FIN go with the last segment", cut(64, 150, flags=ACK | PSH | FIN))
    add("identification and sequence wrap", cut(64, 200, identification=0xFFFE, sequence=0xFFFF_FFC0))
    add("options of both headers", cut(70, 200, ip_options=b"\x01" * 8, tcp_options=b"\x01" * 12))
    add("odd segments", cut(33, 100), cut(33, 100, version=6), cut(33, 100, kind=UDP))
    add("super-packets between plain ones", entry(plain[0].bytes), cut(64, 128), entry(plain[3].bytes))

    refused: list[dict] = []

    def bad(reason: str, plaintext: bytes, accepts: bool = True) -> None:
        refused.append({"reason": reason, "plaintext": plaintext.hex(), "accepts_super_packets": accepts})

    four, six = plain[0].bytes, plain[2].bytes
    bad("shorter than the head of a record", record(four)[:3])
    bad("one byte fewer than the record says", record(four)[:-1])
    bad("a byte behind the last record", record(four) + b"\x00")
    bad("a record without a packet", record(b""))
    bad("IP version 5", record(b"\x55" + four[1:]))
    bad("IP version 0", record(bytes(40)))
    bad("IPv4 packet of 19 bytes", record(bent(four, 2, u16(19))[:19]))
    bad("IPv6 packet of 39 bytes", record(six[:39]))
    bad("IPv4 header of 16 bytes", record(b"\x44" + four[1:]))
    bad("IPv4 options that are not there", record(bent(b"\x46" + four[1:20], 2, u16(20))))
    bad("IPv4 length one too small", record(bent(four, 2, u16(len(four) - 1))))
    bad("IPv4 length one too large", record(bent(four, 2, u16(len(four) + 1))))
    bad("IPv6 length one too small", record(bent(six, 4, u16(len(six) - 41))))
    bad("IPv6 length one too large", record(bent(six, 4, u16(len(six) - 39))))

    def whole(payload: int = 200, **parts) -> bytes:
        return Packet(fixed("payload", payload), checksum=False, **parts).bytes

    bad("super-packet to a node that takes none", record(whole(), 100), accepts=False)
    for kind in (TCP, UDP):
        bad(f"protocol {kind}, one segment", record(whole(kind=kind), 200))
        bad(f"protocol {kind}, 129 segments", record(whole(129, kind=kind), 1))
        bad(f"protocol {kind}, no payload", record(whole(0, kind=kind), 100))
        bad(f"protocol {kind}, more fragments follow", record(whole(kind=kind, fragment=0x2000), 100))
        bad(f"protocol {kind}, a later fragment", record(whole(kind=kind, fragment=0x0001), 100))
        hop, piece = bytes([kind, 0, 1, 4, 0, 0, 0, 0]), bytes([kind, 0, 0, 1, 0, 0, 0, 9])
        for reason, extension in (("behind another IPv6 header", (0, hop)), ("IPv6 fragment", (44, piece))):
            packet = whole(kind=kind, version=6, extension=extension)
            bad(f"protocol {kind}, {reason}", record(packet, 100))
        field = 20 + (16 if kind == TCP else 6)
        bad(f"protocol {kind}, checksum not zero", record(bent(whole(kind=kind), field, b"\x00\x01"), 100))
        bad(f"protocol {kind}, checksum of IPv4 wrong", record(bent(whole(kind=kind), 8, b"\x3f"), 100))
        short = Packet(fixed("payload", 7), kind=99).bytes
        bad(f"protocol {kind}, header cut", record(bent(short, 9, u8(kind)), 1))
    bad("CWR set", record(whole(flags=ACK | CWR), 100))
    bad("TCP header of 16 bytes", record(bent(whole(), 32, b"\x40"), 100))
    bad("TCP header longer than the packet", record(bent(whole(20), 32, b"\xf0"), 10))
    bad("UDP length one too small", record(whole(kind=UDP, udp_length=207), 100))
    bad("UDP length one too large", record(whole(kind=UDP, udp_length=209), 100))
    bad("UDP length of one segment", record(whole(kind=UDP, udp_length=108), 100))
    bad("super-packet of ICMP", record(Packet(echo + text, kind=ICMP).bytes, 10))
    bad("super-packet of ICMPv6", record(Packet(echo + text, kind=ICMPV6, version=6).bytes, 10))
    return {"good": good, "refused": refused}


def replay_windows() -> list[dict]:
    """Sequences of counters of frames that would all open, and which of them a receiver accepts."""

    def judged(note: str, sequence: list[int]) -> dict:
        opened: set[int] = set()
        steps = []
        for counter in sequence:
            highest = max(opened, default=None)
            accepted = counter not in opened and (highest is None or highest - counter < 2048)
            if accepted:
                opened.add(counter)
            steps.append({"counter": counter, "accept": accepted})
        return {"note": note, "steps": steps}

    jumble = [int.from_bytes(fixed(f"counter {step}", 4), "big") for step in range(600)]
    return [
        judged("in order", [0, 1, 2, 3]),
        judged("repeated", [0, 0, 1, 1, 0]),
        judged("first counter is not zero", [5, 4, 6, 5, 0]),
        judged("edge of the window", [2047, 0, 0, 2048, 0, 1, 1]),
        judged("just outside of the window", [2048, 0, 1]),
        judged("a jump of the whole width", [0, 2048, 0, 1, 2047, 2048, 4096, 2048, 2049]),
        judged("a jump of one less than the width", [10, 2057, 10, 11, 2056]),
        judged("a far jump forgets nothing it must remember", [3, 5000, 3, 2952, 2953, 2953, 4999, 5000]),
        judged("late ones in any order", [100, 50, 70, 50, 99, 70, 101, 100, 98]),
        judged("same place of the ring, other counter", [1, 2049, 1, 4097, 2049, 2050, 2050]),
        judged("near the end", [(1 << 48) - 1, (1 << 48) - 2048, (1 << 48) - 2049, (1 << 48) - 2048, 0]),
        judged("steps of 64", [n * 64 for n in range(40)] + [n * 64 for n in range(40)] + [n * 64 + 1 for n in range(40)]),
        judged("jumble in a narrow range", [value % 3000 for value in jumble]),
        judged("jumble that moves on", [step * 20 + value % 2600 for step, value in enumerate(jumble)]),
    ]


# Section 2: frames of a sealed link


def link_frame(key: bytes, prefix: bytes, counter: int, kind: int, plaintext: bytes) -> bytes:
    nonce = prefix + u32(counter)
    sealed = AESGCM(key).encrypt(nonce, plaintext, None if kind == DATA else u8(kind))
    return b"PM\x01" + u8(kind) + u32(len(plaintext)) + nonce + sealed


def sealed_links() -> dict:
    key, prefix = fixed("link key", 32), fixed("link prefix", 8)
    clear = {
        CONTROL: signed(ALICE, BOB.id, features_value(3)),
        HEARTBEAT: ALICE.id + u64(1_700_000_000_000) + u8(255) + u8(0) + bytes(32),
        DATA: mesh_frame(ALICE, BOB, b"\x08\x01x\x00\x01y"),
        ROUTE_UPDATE: fixed("route update", 16) + u64(9) + u16(0) + fixed("route signature", 64),
    }
    frames = []
    for counter, kind in enumerate((CONTROL, HEARTBEAT, DATA, ROUTE_UPDATE, DATA, CONTROL)):
        plaintext = clear[kind] if counter != 5 else b"\x05" + u64(0xFEED)
        frames.append(
            {
                "counter": counter,
                "type": kind,
                "plaintext": plaintext.hex(),
                "transport_frame": link_frame(key, prefix, counter, kind, plaintext).hex(),
            }
        )
    heartbeat = bytes.fromhex(frames[1]["transport_frame"])

    def retyped(kind: int) -> bytes:
        return heartbeat[:3] + u8(kind) + heartbeat[4:]

    return {
        "key": key.hex(),
        "prefix": prefix.hex(),
        "frames": frames,
        "retyped": [
            {"type": kind, "transport_frame": retyped(kind).hex()} for kind in (DATA, ROUTE_UPDATE, CONTROL)
        ],
        "single": [
            {
                "counter": counter,
                "type": kind,
                "plaintext": plaintext.hex(),
                "transport_frame": link_frame(key, prefix, counter, kind, plaintext).hex(),
            }
            for counter, kind, plaintext in (
                (0, CONTROL, b""),
                (0, DATA, b""),
                (0, HEARTBEAT, bytes(58)),
                (0xFFFF_FFFD, ROUTE_UPDATE, fixed("large", 2000)),
            )
        ],
    }


def vectors() -> dict:
    return {
        "about": "Computed test vectors for design/extensions.md, all bytes in hex. Made by make_extension_vectors.py "
        "with Python's cryptography; nothing here came from the code under test.",
        "feature_nonces": feature_nonces(),
        "peer_infos": {
            "valid": valid_peer_infos(),
            "invalid": invalid_peer_infos(),
            "unsigned": unsigned_peer_infos(),
        },
        "sessions": sessions(),
        "sealed_frames": sealed_frames(),
        "replay_windows": replay_windows(),
        "sealed_links": sealed_links(),
        "packet_records": packet_records(),
    }


def text() -> str:
    return json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--stdout"]:
        sys.stdout.write(text())
    else:
        TARGET.write_text(text(), encoding="utf-8")
