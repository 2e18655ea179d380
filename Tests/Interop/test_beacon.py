"""The independent peer's beacons against the vectors of spec/discovery.md section 10."""

from __future__ import annotations

import unittest

from pim_peer.beacon import Beacon
from pim_peer.errors import CryptoError, FrameError
from pim_peer.identity import Identity
from pim_peer.meshsecret import MeshSecret

CLEAR = "50494d4401" + "ab" * 16 + "55" * 32 + "03238c"
SEALED = (
    "50494d4402000102030405060708090a0b48ee437eeacba550b0a555cfefc019377ce061ef2e7a8a766758a81dadfb15bab7e1937d514afc56"
    "947ebc322ed845dd5774ff1fc7ad908e38579bf177e2be61188595d188013b93"
)
REAL = (
    "50494d440165b60673d6ed884bf01c2c222d82ada079b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad04966407238c"
)
REAL_SEALED = (
    "50494d4402000102030405060708090a0b3c689ebc618039b7da98812d7efea9ccffe82cb2f6b79361ead1d6c8d0b8fbb3c19d4c402cc15f24"
    "100ffceca227f2e1274677eb2ca9fa5c47fd0331810b20611336b497a21a1897"
)
NONCE = bytes(range(12))


class Vectors(unittest.TestCase):
    def test_clear(self):
        beacon = Beacon(b"\xab" * 16, b"\x55" * 32, 3, 9100)
        self.assertEqual(beacon.encode().hex(), CLEAR)
        self.assertEqual(Beacon.decode(bytes.fromhex(CLEAR) + b"behind"), beacon)
        self.assertEqual(beacon.seal(b"\x33" * 32, NONCE).hex(), SEALED)
        self.assertEqual(Beacon.open(bytes.fromhex(SEALED) + b"behind", b"\x33" * 32), beacon)

    def test_real_identity(self):
        beacon = Beacon.of(Identity(bytes(range(1, 33))), 7, 9100)
        self.assertEqual(beacon.encode().hex(), REAL)
        key = MeshSecret.derive("correct horse", "home").discovery_key
        self.assertEqual(beacon.seal(key, NONCE).hex(), REAL_SEALED)

    def test_refusals(self):
        for datagram in (b"garbage", bytes(10), bytes.fromhex(CLEAR)[:-1], bytes.fromhex(SEALED)):
            with self.assertRaises(FrameError):
                Beacon.decode(datagram)
        with self.assertRaises(CryptoError):
            Beacon.open(bytes.fromhex(SEALED), b"\x34" * 32)
