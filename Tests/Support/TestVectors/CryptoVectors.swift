public import PIMCore

public struct BLAKE3Vectors: Decodable, Sendable {
    public struct Case: Decodable, Sendable {
        public let inputLen: Int
        public let hash: HexBytes
        public let keyedHash: HexBytes
        public let deriveKey: HexBytes
    }
    public let keyAscii: String
    public let context: String
    public let cases: [Case]
    public let pimKeyV4: HexBytes
    public let pimKeyV6: HexBytes
}

public struct IdentityVector: Decodable, Sendable {
    public let keyFile: HexBytes
    public let ed25519Pub: HexBytes
    public let nodeId: NodeID
    public let nodeIdShort: String
    public let x25519Pub: HexBytes
    public let meshIpv4: String
    public let meshIpv6: String
}

public struct MeshSecretVector: Decodable, Sendable {
    public let passphrase: String
    public let meshId: String?
    public let mCostKib: UInt32
    public let tCost: UInt32
    public let pCost: UInt32
    public let master: HexBytes
    public let discoveryKey: HexBytes
    public let handshakeKey: HexBytes
    public let fingerprint: String
}

public struct RFCOMMTagVector: Decodable, Sendable {
    public let handshakeKey: HexBytes
    public let nodeIdHex: NodeID
    public let tag: String
}

public struct HandshakeVector: Decodable, Sendable {
    public struct Party: Decodable, Sendable {
        public let seed: HexBytes
        public let ed25519Pub: HexBytes
        public let nodeId: NodeID
        public let ephemeralSecret: HexBytes
        public let ephemeralPub: HexBytes
        public let nonce: HexBytes
        public let signedMessage: HexBytes
        public let signature: HexBytes
    }
    public struct DataFrame: Decodable, Sendable {
        public let sender: String
        public let counter: UInt32
        public let nonce: HexBytes
        public let meshFrame: HexBytes
        public let ciphertext: HexBytes
        public let tag: HexBytes
        public let transportFrame: HexBytes
        public let streamBytes: HexBytes
    }
    public let label: String
    public let meshHandshakeKey: HexBytes?
    public let initiator: Party
    public let responder: Party
    public let initPayload: HexBytes
    public let responsePayload: HexBytes
    public let confirmPayload: HexBytes
    public let initTransportFrame: HexBytes
    public let responseTransportFrame: HexBytes
    public let confirmTransportFrame: HexBytes
    public let dialerStreamPrefix: HexBytes
    public let x25519Shared: HexBytes
    public let sessionKey: HexBytes
    public let transcript: HexBytes
    public let confirmHmac: HexBytes
    public let referenceNoncePrefixInitiator: HexBytes
    public let referenceNoncePrefixResponder: HexBytes
    public let dataFrames: [DataFrame]
}

public struct SessionCipherVectors: Decodable, Sendable {
    public struct Sealing: Decodable, Sendable {
        public let key: HexBytes
        public let prefix: HexBytes
        public let counter: UInt32
        public let nonce: HexBytes
        public let plaintext: HexBytes
        public let ciphertext: HexBytes
        public let tag: HexBytes
    }
    public struct ReceiveRule: Decodable, Sendable {
        public let last: UInt32?
        public let counter: UInt32
        public let accept: Bool
    }
    public let encrypt: [Sealing]
    public let firstRefusedSendCounter: UInt32
    public let receiveRule: [ReceiveRule]
}

public struct BoxVectors: Decodable, Sendable {
    public struct Accepted: Decodable, Sendable {
        public let label: String
        public let recipientSeed: HexBytes
        public let recipientX25519Pub: HexBytes
        public let ephemeralSecret: HexBytes
        public let ephemeralPub: HexBytes
        public let nonce: HexBytes
        public let shared: HexBytes
        public let aesKey: HexBytes
        public let plaintext: HexBytes
        public let wire: HexBytes
    }
    public struct Rejected: Decodable, Sendable {
        public let reason: String
        public let seed: HexBytes
        public let wire: HexBytes
    }
    public let ok: [Accepted]
    public let rejected: [Rejected]
}

public struct WeakKeyVectors: Decodable, Sendable {
    public struct Message: Decodable, Sendable {
        public let message: HexBytes
        public let verifiesWithoutSmallOrderCheck: Bool
    }
    public struct Encoding: Decodable, Sendable {
        public let order: Int
        public let encoding: HexBytes
    }
    public let publicKey: HexBytes
    public let signature: HexBytes
    public let nodeId: NodeID
    public let messages: [Message]
    public let smallOrderEncodings: [Encoding]
}
