import Attacks
import PIMCore
import PIMWire
import Testing

@testable import PIMCrypto

/// Relays and neighbours at signed PeerInfo (`design/extensions.md` §3).
@Suite struct OriginAttackTests {
    private let anna: Identity
    private let ben: Identity
    private let liar: Identity

    init() throws {
        anna = try Identity(seed: [UInt8](repeating: 1, count: 32))
        ben = try Identity(seed: [UInt8](repeating: 2, count: 32))
        liar = try Identity(seed: [UInt8](repeating: 3, count: 32))
    }

    private func signed(by identity: Identity, for node: NodeID) throws -> PeerInfoTrailer? {
        try PeerInfo(x25519: identity.x25519PublicKey, name: "n").signed(
            by: identity, for: node, features: [.sealedLinks, .sessions]
        ).trailer
    }

    private func isBelieved(_ trailer: PeerInfoTrailer?, from source: NodeID, at node: NodeID) -> Bool {
        (try? trailer?.verify(source: source, destination: node)) != nil
    }

    @Test func theLiarsKeyDoesNotSignForAnna() throws {
        let outcome = try attack(on: .originKey) {
            isBelieved(try forgedForAnna(), from: anna.nodeID, at: ben.nodeID)
        }
        #expect(outcome == .prevented)
    }

    /// The liar signs, with its own key, what would be anna's PeerInfo.
    private func forgedForAnna() throws -> PeerInfoTrailer? {
        let info = PeerInfo(x25519: liar.x25519PublicKey, name: "anna")
        let frame = PeerInfoTrailer.unsigned(info, features: [.sessions], exchange: nil, publicKey: liar.publicKey)
        let signature = try liar.sign(PeerInfo.signedBytes(frame, from: anna.nodeID, to: ben.nodeID))
        return try PeerInfoTrailer.peerInfo(frameBeforeSignature: frame, signature: signature).trailer
    }

    @Test func aPeerInfoForAnotherNodeSaysNothingHere() throws {
        let outcome = try attack(on: .originSignature) {
            isBelieved(try signed(by: anna, for: liar.nodeID), from: anna.nodeID, at: ben.nodeID)
        }
        #expect(outcome == .prevented)
    }

    @Test func noKeyIsPutIntoASignedPeerInfo() throws {
        let outcome = try attack(on: .originSignature) {
            let genuine = try #require(try signed(by: anna, for: ben.nodeID))
            var frame = genuine.frameBeforeSignature
            frame.replaceSubrange(1..<33, with: liar.x25519PublicKey.bytes)
            let forged = try PeerInfoTrailer.peerInfo(frameBeforeSignature: frame, signature: genuine.signature)
            return forged.x25519 == liar.x25519PublicKey
                && isBelieved(forged.trailer, from: anna.nodeID, at: ben.nodeID)
        }
        #expect(outcome == .prevented)
    }

    /// Nothing to switch off: all bytes are signed.
    @Test func noBitOfASignedPeerInfoCanBeChanged() throws {
        let genuine = try #require(try signed(by: anna, for: ben.nodeID))
        let bytes = genuine.frameBeforeSignature + genuine.signature
        for bit in 0..<bytes.count * 8 {
            var forged = bytes
            forged[bit / 8] ^= 1 << (bit % 8)
            guard case .peerInfo(let info)? = try? ControlFrame.decode(forged) else { continue }
            #expect(!isBelieved(info.trailer, from: anna.nodeID, at: ben.nodeID))
        }
    }
}
