import PIMCore

@testable import PIMDaemon

/// Peers, keys and announcements to play with.
enum PeerSamples {
    static func peer(_ number: UInt64) -> NodeID { NodeID(high: 0x0a0b_0c0d_0000_0000, low: number) }

    static func key(_ seed: UInt8) -> X25519PublicKey {
        guard let key = X25519PublicKey([seed] + [UInt8](repeating: 0x5A, count: 31)) else {
            preconditionFailure("32 bytes make a key")
        }
        return key
    }

    static func announcement(
        _ number: UInt64 = 1, key seed: UInt8 = 1, name: String = "n", state: KeyState = .claimed,
        at time: UInt64 = 1000
    ) -> KeyAnnouncement {
        KeyAnnouncement(peer: peer(number), key: key(seed), name: name, state: state, time: time)
    }
}
