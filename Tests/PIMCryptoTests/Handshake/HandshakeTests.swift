import PIMCore
import PIMWire
import TestVectors
import Testing

@testable import PIMCrypto

@Suite struct HandshakeTests {
    private var random = SeededRandom(seed: 5)
    private let alice: Identity
    private let bob: Identity

    init() throws {
        alice = try Identity(seed: [UInt8](repeating: 1, count: 32))
        bob = try Identity(seed: [UInt8](repeating: 2, count: 32))
    }

    private mutating func initiator(
        _ identity: Identity? = nil, meshKey: MeshKey? = nil
    ) throws -> (InitiatorHandshake, HandshakeHello) {
        let handshake = try InitiatorHandshake(
            identity: identity ?? alice, meshKey: meshKey, ephemeral: Ephemeral(using: &random),
            nonce: random.bytes(32))
        guard case .initiate(let hello) = handshake.initiate else { throw CryptoError(.invalidState, "not an Init") }
        return (handshake, hello)
    }

    private mutating func responder(_ identity: Identity? = nil, meshKey: MeshKey? = nil) throws -> ResponderHandshake {
        try ResponderHandshake(
            identity: identity ?? bob, meshKey: meshKey, ephemeral: Ephemeral(using: &random), nonce: random.bytes(32))
    }

    private func hello(_ message: HandshakeMessage) throws -> HandshakeHello {
        guard case .respond(let hello) = message else { throw CryptoError(.invalidState, "not a Response") }
        return hello
    }

    private func mac(_ result: HandshakeResult) throws -> [UInt8] {
        guard case .confirm(let mac)? = result.confirm else { throw CryptoError(.invalidState, "no Confirm") }
        return mac
    }

    @Test mutating func sameMeshKeyMeansSameSession() throws {
        let meshKey = try MeshKey([UInt8](repeating: 0xab, count: 32))
        var (one, initiate) = try initiator(meshKey: meshKey)
        var two = try responder(meshKey: meshKey)
        #expect(two.presented == nil)
        let ours = try one.receive(hello(two.receive(initiate)))
        let theirs = try two.confirm(mac(ours))
        #expect(ours.peer == bob.nodeID)
        #expect(theirs.peer == alice.nodeID)
        #expect(ours.sessionKey.key == theirs.sessionKey.key)
    }

    @Test(arguments: [(0xab, 0xcd), (0xab, nil), (nil, 0xcd)] as [(UInt8?, UInt8?)])
    mutating func differentMeshKeysFailAtTheConfirm(_ left: UInt8?, _ right: UInt8?) throws {
        func key(_ fill: UInt8?) throws -> MeshKey? { try fill.map { try MeshKey([UInt8](repeating: $0, count: 32)) } }
        var (one, initiate) = try initiator(meshKey: key(left))
        var two = try responder(meshKey: key(right))
        let ours = try one.receive(hello(two.receive(initiate)))
        #expect(throws: CryptoError(.confirmMismatch, "")) { try two.confirm(mac(ours)) }
        // A failed handshake has ended; the right answer comes too late.
        #expect(throws: CryptoError(.invalidState, "")) { try two.confirm(mac(ours)) }
    }

    @Test mutating func twoHandshakesGiveDifferentKeys() throws {
        var keys: [SessionKey] = []
        for _ in 0..<2 {
            var (one, initiate) = try initiator()
            var two = try responder()
            keys.append(try one.receive(hello(two.receive(initiate))).sessionKey)
        }
        #expect(keys.map { $0.key.exposedBytes }[0] != keys.map { $0.key.exposedBytes }[1])
    }

    @Test mutating func flippedBytesAreRefused() throws {
        var (one, initiate) = try initiator()
        var forged = initiate
        forged.signature[0] ^= 1
        var two = try responder()
        #expect(throws: CryptoError(.invalidSignature, "")) { try two.receive(forged) }
        #expect(two.presented == nil)
        #expect(throws: CryptoError(.invalidState, "")) { try two.receive(initiate) }

        two = try responder()
        var response = try hello(two.receive(initiate))
        var confirmation = try mac(one.receive(response))
        confirmation[0] ^= 1
        #expect(throws: CryptoError(.confirmMismatch, "")) { try two.confirm(confirmation) }

        (one, initiate) = try initiator()
        two = try responder()
        response = try hello(two.receive(initiate))
        response.nonce[31] ^= 1
        #expect(throws: CryptoError(.invalidSignature, "")) { try one.receive(response) }
    }

    @Test mutating func stepsOutOfOrderEndTheHandshake() throws {
        let (_, initiate) = try initiator()
        var two = try responder()
        #expect(throws: CryptoError(.invalidState, "")) { try two.confirm([UInt8](repeating: 0, count: 32)) }
        two = try responder()
        _ = try two.receive(initiate)
        #expect(throws: CryptoError(.invalidState, "")) { try two.receive(initiate) }
        #expect(throws: CryptoError(.invalidState, "")) { try two.confirm([UInt8](repeating: 0, count: 32)) }

        var (one, opening) = try initiator()
        two = try responder()
        let response = try hello(two.receive(opening))
        _ = try one.receive(response)
        #expect(throws: CryptoError(.invalidState, "")) { try one.receive(response) }
    }

    /// `spec/crypto.md` §12.9.
    @Test mutating func ourOwnMessagesComingBackAreRefused() throws {
        var (one, initiate) = try initiator()
        #expect(throws: CryptoError(.reflected, "")) { try one.receive(initiate) }
        var two = try responder(alice)
        #expect(throws: CryptoError(.reflected, "")) { try two.receive(initiate) }

        // Somebody else's key with our ephemeral.
        (one, initiate) = try initiator()
        let forged = HandshakeHello(
            publicKey: bob.publicKey, ephemeral: initiate.ephemeral, nonce: initiate.nonce,
            signature: try bob.sign(initiate.signedBytes))
        #expect(throws: CryptoError(.reflected, "")) { try one.receive(forged) }
    }

    /// The reference lets an all-zero Response past the signature check (`spec/crypto.md` §12.5); we do not.
    @Test mutating func weakKeysAreRefused() throws {
        let zero = [UInt8](repeating: 0, count: 32)
        var (one, _) = try initiator()
        #expect(throws: CryptoError(.invalidPublicKey, "")) {
            try one.receive(HandshakeHello(publicKey: zero, ephemeral: zero, nonce: zero, signature: zero + zero))
        }
        // An honest identity with an ephemeral of small order.
        let weak = HandshakeHello(
            publicKey: alice.publicKey, ephemeral: zero, nonce: zero, signature: try alice.sign(zero + zero))
        var two = try responder()
        #expect(throws: CryptoError(.weakAgreement, "")) { try two.receive(weak) }
        #expect(two.presented == nil)
    }

    @Test mutating func fieldsOfAWrongSizeAreRefused() throws {
        let short = HandshakeHello(
            publicKey: alice.publicKey, ephemeral: [1], nonce: [2], signature: try alice.sign([1, 2]))
        var two = try responder()
        #expect(throws: CryptoError(.invalidInput, "")) { try two.receive(short) }
        #expect(throws: CryptoError(.invalidInput, "")) {
            try InitiatorHandshake(identity: alice, meshKey: nil, ephemeral: Ephemeral(using: &random), nonce: [1])
        }
        #expect(throws: CryptoError(.invalidInput, "")) { try Ephemeral(secret: [1]) }
    }

    @Test mutating func aConfirmOfAnotherSizeIsAMismatch() throws {
        for count in [0, 31, 33] {
            let (_, initiate) = try initiator()
            var two = try responder()
            _ = try two.receive(initiate)
            #expect(throws: CryptoError(.confirmMismatch, "")) {
                try two.confirm([UInt8](repeating: 0, count: count))
            }
        }
    }
}
