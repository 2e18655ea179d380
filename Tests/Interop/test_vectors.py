"""The peer against every computed vector. What the vectors refuse, the peer must refuse."""

from __future__ import annotations

import hashlib
import json
import unittest
from pathlib import Path

from blake3 import blake3

from pim_peer import box, control, frames, fragments
from pim_peer.addresses import derivation_key, mesh_address, parse_prefix
from pim_peer.errors import CryptoError, FrameError, FramingError, PIMError
from pim_peer.handshake import Initiator, Responder, transcript
from pim_peer.identity import Identity, check_public_key, node_id_of, parse_node_id, short_text, verify, x25519
from pim_peer.meshsecret import MeshSecret, rfcomm_tag
from pim_peer.session import FIRST_REFUSED_COUNTER, Session


def load_vectors() -> dict:
    """The copy that the Swift tests carry, wherever under Tests/ they keep it."""
    tests = Path(__file__).resolve().parent.parent
    found = sorted(tests.rglob("vectors.json"))
    if not found:
        raise FileNotFoundError(f"no vectors.json under {tests}")
    return json.loads(found[0].read_text())


VECTORS = load_vectors()
unhex = bytes.fromhex


class AddressVectors(unittest.TestCase):
    def test_blake3_library_gives_the_published_values(self):
        suite = VECTORS["blake3"]
        for case in suite["cases"]:
            data = bytes(i % 251 for i in range(case["input_len"]))
            self.assertEqual(blake3(data).hexdigest(), case["hash"])
            self.assertEqual(blake3(data, key=suite["key_ascii"].encode()).hexdigest(), case["keyed_hash"])
            self.assertEqual(blake3(data, derive_key_context=suite["context"]).hexdigest(), case["derive_key"])
        self.assertEqual(derivation_key(4).hex(), suite["pim_key_v4"])
        self.assertEqual(derivation_key(6).hex(), suite["pim_key_v6"])

    def test_addresses_follow_from_node_ids(self):
        table = VECTORS["mesh_addresses"]
        for case in table["ipv4"] + table["ipv6"] + table["reserved_host_cases"]:
            self.assertEqual(mesh_address(unhex(case["node_id"]), case["prefix"]), case["address"], case)

    def test_prefixes_are_canonical_or_refused(self):
        for case in VECTORS["mesh_addresses"]["canonical_prefixes"]:
            network = parse_prefix(case["text"])
            self.assertEqual((str(network.network_address), network.prefixlen), (case["network"], case["prefix_len"]))
        for text in VECTORS["mesh_addresses"]["rejected_prefixes"]:
            with self.assertRaises(FrameError, msg=text):
                parse_prefix(text)


class IdentityVectors(unittest.TestCase):
    def test_node_ids(self):
        table = VECTORS["node_ids"]
        for case in table["from_public_key_bytes"]:
            self.assertEqual(node_id_of(unhex(case["public_key"])).hex(), case["node_id"])
        for case in table["short_form"]:
            self.assertEqual(short_text(unhex(case["node_id"])), case["short"])
        for case in table["parse"]:
            if "error" in case:
                with self.assertRaises(FrameError, msg=case["text"]):
                    parse_node_id(case["text"])
            else:
                self.assertEqual(parse_node_id(case["text"]).hex(), case["node_id"])

    def test_identities(self):
        for case in VECTORS["identities"]:
            identity = Identity(unhex(case["key_file"]))
            self.assertEqual(identity.public_key.hex(), case["ed25519_pub"])
            self.assertEqual(identity.node_id.hex(), case["node_id"])
            self.assertEqual(identity.x25519_secret.hex(), case["x25519_secret_unclamped"])
            self.assertEqual(identity.x25519_public.hex(), case["x25519_pub"])
            self.assertEqual(mesh_address(identity.node_id, "10.77.0.0/16"), case["mesh_ipv4"])
            self.assertEqual(mesh_address(identity.node_id, "fd77::/64"), case["mesh_ipv6"])

    def test_weak_public_keys_are_refused_before_anything_is_verified(self):
        weak = VECTORS["weak_ed25519"]
        for case in weak["small_order_encodings"]:
            with self.assertRaises(CryptoError, msg=case):
                check_public_key(unhex(case["encoding"]))
        for case in weak["messages"]:
            with self.assertRaises(CryptoError):
                verify(unhex(weak["signature"]), unhex(case["message"]), unhex(weak["public_key"]))
        for case in VECTORS["identities"]:
            check_public_key(unhex(case["ed25519_pub"]))

    def test_mesh_secrets(self):
        for case in VECTORS["mesh_secrets"]:
            secret = MeshSecret.derive(
                case["passphrase"], case["mesh_id"], case["m_cost_kib"], case["t_cost"], case["p_cost"]
            )
            for name in ("salt", "master", "discovery_key", "handshake_key", "fingerprint"):
                self.assertEqual(getattr(secret, name).hex(), case[name], (name, case))
        with self.assertRaises(CryptoError):
            MeshSecret.derive("")
        for case in VECTORS["rfcomm_hello_tags"]:
            self.assertEqual(rfcomm_tag(unhex(case["handshake_key"]), case["node_id_hex"]).hex(), case["tag"])


class HandshakeVectors(unittest.TestCase):
    def parties(self, case) -> tuple[Initiator, Responder]:
        mesh_key = unhex(case["mesh_handshake_key"]) if case["mesh_handshake_key"] else None

        def party(kind, side):
            identity = Identity(unhex(side["seed"]))
            return kind(identity, mesh_key, unhex(side["ephemeral_secret"]), unhex(side["nonce"]))

        return party(Initiator, case["initiator"]), party(Responder, case["responder"])

    def test_handshakes_byte_for_byte(self):
        for case in VECTORS["handshakes"]:
            with self.subTest(case["label"]):
                initiator, responder = self.parties(case)
                self.assertEqual(initiator.init.encode().hex(), case["init_payload"])
                response = responder.receive(frames.decode_handshake(unhex(case["init_payload"])))
                self.assertEqual(response.encode().hex(), case["response_payload"])
                confirm, opened = initiator.receive(frames.decode_handshake(unhex(case["response_payload"])))
                self.assertEqual(confirm.encode().hex(), case["confirm_payload"])
                accepted = responder.confirm(frames.decode_handshake(unhex(case["confirm_payload"])))
                self.assertEqual(transcript(initiator.init, response).hex(), case["transcript"])
                for session in (opened, accepted):
                    self.assertEqual(session.key.hex(), case["session_key"])
                self.assertEqual(opened.prefix.hex(), case["reference_nonce_prefix_initiator"])
                self.assertEqual(accepted.prefix.hex(), case["reference_nonce_prefix_responder"])
                dh = x25519(initiator.ephemeral, response.ephemeral)
                self.assertEqual((dh + (initiator.mesh_key or b"")).hex(), case["hkdf_ikm"])
                for name in ("init", "response", "confirm"):
                    frame = frames.TransportFrame(frames.HANDSHAKE, unhex(case[f"{name}_payload"]))
                    self.assertEqual(frame.encode().hex(), case[f"{name}_transport_frame"])
                first = frames.TransportFrame(frames.HANDSHAKE, initiator.init.encode())
                self.assertEqual(
                    (initiator.identity.node_id + first.stream_message()).hex(), case["dialer_stream_prefix"]
                )

    def test_data_frames_byte_for_byte(self):
        for case in VECTORS["handshakes"]:
            for data in case["data_frames"]:
                key = unhex(case["session_key"])
                sender = Session(key, initiator=data["sender"] == "initiator", counter=data["counter"])
                frame = sender.seal(unhex(data["mesh_frame"]))
                self.assertEqual(frame.encode().hex(), data["transport_frame"])
                self.assertEqual(frame.stream_message().hex(), data["stream_bytes"])
                receiver = Session(key, initiator=data["sender"] != "initiator")
                self.assertEqual(receiver.open(frame).hex(), data["mesh_frame"])

    def test_other_mesh_secret_gives_confirm_mismatch(self):
        alice, bob = Identity(bytes([1]) * 32), Identity(bytes([2]) * 32)
        initiator, responder = Initiator(alice, bytes([0xAB]) * 32), Responder(bob, bytes([0xCD]) * 32)
        confirm, _ = initiator.receive(responder.receive(initiator.init))
        with self.assertRaises(CryptoError):
            responder.confirm(confirm)

    def test_flipped_signature_and_small_order_ephemeral_are_refused(self):
        initiator = Initiator(Identity(bytes([1]) * 32))
        init = initiator.init
        bent = frames.Hello(init.kind, init.public_key, init.ephemeral, init.nonce, b"\x00" + init.signature[1:])
        with self.assertRaises(CryptoError):
            Responder(Identity(bytes([2]) * 32)).receive(bent)
        zero = bytes(32)
        signature = initiator.identity.sign(zero + init.nonce)
        weak = frames.Hello(init.kind, init.public_key, zero, init.nonce, signature)
        with self.assertRaises(CryptoError):
            Responder(Identity(bytes([2]) * 32)).receive(weak)


class CipherVectors(unittest.TestCase):
    def test_sealed_frames(self):
        for case in VECTORS["session_cipher"]["encrypt"]:
            session = Session(unhex(case["key"]), True, unhex(case["prefix"]), case["counter"])
            frame = session.seal(unhex(case["plaintext"]))
            self.assertEqual(frame.nonce.hex(), case["nonce"])
            self.assertEqual((frame.payload.hex(), frame.tag.hex()), (case["ciphertext"], case["tag"]))
        self.assertEqual(FIRST_REFUSED_COUNTER, VECTORS["session_cipher"]["first_refused_send_counter"])
        with self.assertRaises(CryptoError):
            Session(bytes(32), True, counter=FIRST_REFUSED_COUNTER).seal(b"")

    def test_receive_rule(self):
        key = bytes([0x42]) * 32
        for case in VECTORS["session_cipher"]["receive_rule"]:
            receiver = Session(key, initiator=False)
            receiver.last = case["last"]
            sender = Session(key, initiator=True)
            nonce = sender.prefix + case["counter"].to_bytes(4, "big")
            sealed = sender._cipher.encrypt(nonce, b"x", None)
            frame = frames.TransportFrame(frames.DATA, sealed[:-16], nonce, sealed[-16:])
            if case["accept"]:
                self.assertEqual(receiver.open(frame), b"x")
            else:
                with self.assertRaises(CryptoError):
                    receiver.open(frame)

    def test_boxes(self):
        for case in VECTORS["e2e"]["ok"]:
            recipient = Identity(unhex(case["recipient_seed"]))
            plaintext = unhex(case["plaintext"])
            sealed = box.seal(
                plaintext, recipient.x25519_public, unhex(case["ephemeral_secret"]), unhex(case["nonce"])
            )
            self.assertEqual(sealed.hex(), case["wire"])
            self.assertEqual(box.open_box(sealed, recipient.x25519_secret), plaintext)
        for case in VECTORS["e2e"]["rejected"]:
            with self.assertRaises(CryptoError, msg=case["reason"]):
                box.open_box(unhex(case["wire"]), Identity(unhex(case["seed"])).x25519_secret)


class FrameVectors(unittest.TestCase):
    def test_control_frames(self):
        kinds = {
            "goodbye": lambda f: control.Goodbye(unhex(f["departing_id"]), f["reason"]),
            "rekey": lambda f: control.Rekey(),
            "ping": lambda f: control.Ping(f["nonce"]),
            "pong": lambda f: control.Pong(f["nonce"]),
            "peer_info": lambda f: control.PeerInfo(unhex(f["x25519_pub"]), f["friendly_name"]),
            "plugin_payload": lambda f: control.PluginPayload(f["kind"], unhex(f["body"])),
        }
        for case in VECTORS["frames"]["control"]:
            frame = kinds[case["name"]](case["fields"])
            self.assertEqual(frame.encode().hex(), case["hex"])
            self.assertEqual(control.decode_control(unhex(case["hex"]) + b"trailing"), frame)

    def test_mesh_frames(self):
        for case in VECTORS["frames"]["mesh_data"]:
            f = case["fields"]
            frame = frames.MeshFrame(
                unhex(f["src"]), unhex(f["dst"]), unhex(f["payload"]), f["ttl"], f["flags"], f["session_id"]
            )
            self.assertEqual(frame.encode().hex(), case["hex"])
            self.assertEqual(frames.MeshFrame.decode(unhex(case["hex"]) + b"trailing"), frame)

    def test_heartbeats(self):
        for case in VECTORS["frames"]["heartbeat"]:
            f = case["fields"]
            frame = frames.Heartbeat(
                unhex(f["sender_id"]), f["timestamp"], f["gateway_hops"], f["load"], unhex(f["gw_x25519_pub"])
            )
            self.assertEqual(frame.encode().hex(), case["hex"])
            self.assertEqual(frames.Heartbeat.decode(unhex(case["hex"])), frame)

    def test_route_updates(self):
        for case in VECTORS["frames"]["route_update"]:
            signer = Identity(unhex(case["signer_seed"]))
            entries = tuple(
                frames.RouteEntry(
                    unhex(e["destination"]),
                    e["hops"],
                    bool(e["flags"] & 1),
                    bytes(int(part) for part in e["mesh_ip"].split(".")),
                )
                for e in case["entries"]
            )
            unsigned = frames.RouteUpdate(unhex(case["origin_id"]), case["sequence"], entries)
            self.assertEqual(unsigned.signed.hex(), case["signed_bytes"])
            self.assertEqual(signer.sign(unsigned.signed).hex(), case["signature"])
            decoded = frames.RouteUpdate.decode(unhex(case["hex"]))
            self.assertEqual(decoded.entries, entries)
            verify(decoded.signature, decoded.signed, signer.public_key)
            frame = frames.TransportFrame(frames.ROUTE_UPDATE, unhex(case["hex"]))
            self.assertEqual(frame.encode().hex(), case["transport_frame"])

    def test_transport_frames(self):
        for case in VECTORS["frames"]["transport"]:
            frame = frames.TransportFrame.decode(unhex(case["hex"]))
            self.assertEqual(frame.encode().hex(), case["hex"])
            if "stream_bytes" in case:
                self.assertEqual(frame.stream_message().hex(), case["stream_bytes"])

    def test_fragments(self):
        table = VECTORS["fragments"]
        for case in table["sizes"]:
            pieces = fragments.split(bytes(case["payload_len"]), 1)
            self.assertEqual(
                [{"offset": p.offset, "length": len(p.piece)} for p in pieces], case["fragments"], case["payload_len"]
            )
        for case in table["parse"]:
            if case["ok"]:
                fragment = fragments.Fragment.decode(unhex(case["hex"]))
                self.assertEqual(fragment.is_last, case["is_last"])
                self.assertEqual(fragment.encode().hex(), case["hex"])
            else:
                with self.assertRaises(FrameError):
                    fragments.Fragment.decode(unhex(case["hex"]))
        example = table["example"]
        payload = bytes(i % 256 for i in range(example["payload_len"]))
        pieces = fragments.split(payload, example["fragment_id"])
        self.assertEqual([p.header().hex() for p in pieces], example["fragment_headers"])
        self.assertEqual([hashlib.sha256(p.encode()).hexdigest() for p in pieces], example["fragment_sha256"])

    def test_malformed_frames_are_refused(self):
        decoders = {
            "transport": frames.TransportFrame.decode,
            "control": control.decode_control,
            "mesh_data": frames.MeshFrame.decode,
            "heartbeat": frames.Heartbeat.decode,
            "route_update": frames.RouteUpdate.decode,
            "handshake": frames.decode_handshake,
        }
        for name, decode in decoders.items():
            self.assertTrue(VECTORS["malformed"][name])
            for case in VECTORS["malformed"][name]:
                with self.assertRaises(PIMError, msg=(name, case["reason"])):
                    decode(unhex(case["hex"]))

    def test_stream_framing(self):
        for case in VECTORS["malformed"]["stream_framing"]:
            framer = frames.StreamFramer()
            framer.feed(unhex(case["hex"]))
            if case["reason"].startswith("length above"):
                with self.assertRaises(FramingError):
                    framer.next()
            elif case["reason"] == "empty message":
                self.assertEqual(framer.next(), b"")
            else:
                self.assertIsNone(framer.next())


if __name__ == "__main__":
    unittest.main()
