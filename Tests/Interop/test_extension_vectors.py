"""The extended peer against the computed vectors of design/extensions.md, and the file against its generator."""

from __future__ import annotations

import json
import subprocess
import sys
import unittest
from pathlib import Path

from pim_peer import endtoend
from pim_peer.control import decode_control
from pim_peer.endtoend import EndToEnd, ReplayWindow
from pim_peer.errors import CryptoError, FrameError, PIMError
from pim_peer.features import announced, announcing_nonce
from pim_peer.frames import TransportFrame
from pim_peer.identity import Identity, x25519
from pim_peer.session import MissingFrame, Session
from pim_peer.trailer import read_trailer, signed_peer_info

SUPPORT = Path(__file__).resolve().parent.parent / "Support"
FILE = SUPPORT / "TestVectors" / "extension_vectors.json"
VECTORS = json.loads(FILE.read_text())
unhex = bytes.fromhex


class VectorFile(unittest.TestCase):
    def test_the_file_is_what_its_generator_writes(self):
        made = subprocess.run(
            [sys.executable, str(SUPPORT / "make_extension_vectors.py"), "--stdout"], capture_output=True, timeout=60
        )
        self.assertEqual((made.returncode, made.stderr), (0, b""))
        # Not assertEqual: nobody wants to read two of these files.
        self.assertTrue(made.stdout == FILE.read_bytes(), "run make_extension_vectors.py and look at what changed")


class Features(unittest.TestCase):
    def test_nonces(self):
        for case in VECTORS["feature_nonces"]["make"]:
            self.assertEqual(announcing_nonce(case["features"], unhex(case["random"])).hex(), case["nonce"])
        for case in VECTORS["feature_nonces"]["parse"]:
            self.assertEqual(announced(unhex(case["nonce"])), case["features"], case["note"])


class SignedPeerInfos(unittest.TestCase):
    def test_valid_ones(self):
        for case in VECTORS["peer_infos"]["valid"]:
            with self.subTest(case["note"]):
                frame, destination = unhex(case["frame"]), unhex(case["dst"])
                trailer = read_trailer(frame)
                trailer.check(unhex(case["src"]), destination)
                self.assertEqual(trailer.features, case["features"])
                self.assertEqual(trailer.offer.hex() if trailer.offer else None, case["offer"])
                answer = (case["answer_responder"], case["answer_initiator"]) if case["answer_responder"] else None
                self.assertEqual(tuple(key.hex() for key in trailer.answer) if trailer.answer else None, answer)
                info = decode_control(frame)
                self.assertEqual((info.x25519.hex(), info.name), (case["x25519"], case["name"]))
                if case["canonical"]:
                    identity = Identity(unhex(case["seed"]))
                    made = signed_peer_info(
                        identity, destination, case["name"], case["features"], trailer.offer, trailer.answer
                    )
                    self.assertEqual(made.hex(), case["frame"])

    def test_invalid_ones(self):
        for case in VECTORS["peer_infos"]["invalid"]:
            with self.subTest(case["reason"]):
                if case["stage"] == "form":
                    with self.assertRaises(FrameError):
                        read_trailer(unhex(case["frame"]))
                else:
                    trailer = read_trailer(unhex(case["frame"]))
                    with self.assertRaises(CryptoError):
                        trailer.check(unhex(case["src"]), unhex(case["dst"]))

    def test_unsigned_ones(self):
        for case in VECTORS["peer_infos"]["unsigned"]:
            self.assertIsNone(read_trailer(unhex(case["frame"])), case["note"])


class Sessions(unittest.TestCase):
    def ends(self, number: int) -> tuple[EndToEnd, EndToEnd]:
        case = VECTORS["sessions"]["derived"][number]
        i, r = unhex(case["initiator"]), unhex(case["responder"])
        return (
            EndToEnd(i, r, unhex(case["e_i"]), unhex(case["responder_public"]), is_initiator=True),
            EndToEnd(r, i, unhex(case["e_r"]), unhex(case["initiator_public"]), is_initiator=False),
        )

    def test_derivation(self):
        for number, case in enumerate(VECTORS["sessions"]["derived"]):
            for session in self.ends(number):
                i, r = unhex(case["initiator"]), unhex(case["responder"])
                self.assertEqual(session.id.hex(), case["session_id"])
                self.assertEqual(session.key(0x42, i, r).hex(), case["payloads_initiator_to_responder"])
                self.assertEqual(session.key(0x42, r, i).hex(), case["payloads_responder_to_initiator"])
                self.assertEqual(session.key(0x43, i, r).hex(), case["packets_initiator_to_responder"])
                self.assertEqual(session.key(0x43, r, i).hex(), case["packets_responder_to_initiator"])
        for key in VECTORS["sessions"]["refused_keys"]:
            with self.assertRaises(CryptoError):
                x25519(unhex(VECTORS["sessions"]["derived"][0]["e_i"]), unhex(key))

    def test_frames(self):
        table = VECTORS["sealed_frames"]
        initiator, responder = self.ends(table["session"])
        for case in table["frames"]:
            sender, receiver = (initiator, responder) if unhex(case["src"]) == initiator.own else (responder, initiator)
            plaintext = unhex(case["plaintext"])
            self.assertEqual(sender.seal(plaintext, case["tag"], case["counter"]).hex(), case["frame"])
            self.assertEqual(receiver.open(unhex(case["frame"])), plaintext)
            with self.assertRaises(CryptoError):
                receiver.open(unhex(case["frame"]))
            if case["kind"]:
                self.assertEqual(endtoend.encode_payload(case["kind"], unhex(case["body"])), plaintext)

    def test_refused_frames(self):
        table = VECTORS["sealed_frames"]
        for case in table["malformed"]:
            with self.assertRaises(FrameError, msg=case["reason"]):
                endtoend.read_header(unhex(case["frame"]))
        _, responder = self.ends(table["session"])
        for case in table["refused"]:
            with self.assertRaises(PIMError, msg=case["reason"]):
                responder.open(unhex(case["frame"]))
        self.assertEqual(responder.open(unhex(table["genuine"])), b"\x01xbody")

    def test_plaintexts(self):
        for case in VECTORS["sealed_frames"]["plaintexts"]:
            plaintext = unhex(case["plaintext"])
            if not case["ok"]:
                with self.assertRaises(FrameError, msg=case):
                    endtoend.decode_payload(plaintext)
            elif case["kind"]:
                self.assertEqual(endtoend.decode_payload(plaintext), (case["kind"], unhex(case["body"])))
            else:
                self.assertIsNone(endtoend.decode_payload(plaintext))

    def test_replay_windows(self):
        for case in VECTORS["replay_windows"]:
            window = ReplayWindow()
            for step in case["steps"]:
                self.assertEqual(window.admits(step["counter"]), step["accept"], (case["note"], step))
                if step["accept"]:
                    window.note(step["counter"])


class SealedLinks(unittest.TestCase):
    def sealing(self, prefix: bytes, counter: int = 0) -> Session:
        session = Session(unhex(VECTORS["sealed_links"]["key"]), True, prefix, counter)
        session.seals_everything = True
        return session

    def test_frames(self):
        table = VECTORS["sealed_links"]
        sender, receiver = self.sealing(unhex(table["prefix"])), self.sealing(bytes(8))
        for case in table["frames"]:
            frame = sender.seal(unhex(case["plaintext"]), case["type"])
            self.assertEqual(frame.encode().hex(), case["transport_frame"])
            self.assertEqual(receiver.open(frame).hex(), case["plaintext"])
        for case in table["single"]:
            sender = self.sealing(unhex(table["prefix"]), case["counter"])
            frame = sender.seal(unhex(case["plaintext"]), case["type"])
            self.assertEqual(frame.encode().hex(), case["transport_frame"])

    def test_type_and_order_are_authenticated(self):
        table = VECTORS["sealed_links"]
        frames = [TransportFrame.decode(unhex(case["transport_frame"])) for case in table["frames"]]
        receiver = self.sealing(bytes(8))
        receiver.open(frames[0])
        for case in table["retyped"]:
            with self.assertRaises(CryptoError):
                receiver.open(TransportFrame.decode(unhex(case["transport_frame"])))
        with self.assertRaises(MissingFrame):
            receiver.open(frames[2])


if __name__ == "__main__":
    unittest.main()
