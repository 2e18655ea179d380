import Foundation
public import PIMCore

/// The computed test vectors of `design/extensions.md`, read once; made by `Tests/Support/make_extension_vectors.py`.
public struct ExtensionVectors: Decodable, Sendable {
    public let featureNonces: FeatureNonceVectors
    public let peerInfos: PeerInfoVectors
    public let sessions: EndToEndSessionVectors
    public let sealedFrames: SealedFrameVectors
    public let replayWindows: [ReplayWindowVector]
    public let sealedLinks: SealedLinkVectors
    public let packetRecords: PacketRecordVectors

    /// A test that cannot read its vectors cannot run: this traps with the reason.
    public static let shared: ExtensionVectors = {
        do {
            guard let url = Bundle.module.url(forResource: "extension_vectors", withExtension: "json") else {
                preconditionFailure("extension_vectors.json is not among the resources")
            }
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(ExtensionVectors.self, from: Data(contentsOf: url))
        } catch {
            preconditionFailure("extension_vectors.json: \(error)")
        }
    }()
}

public struct FeatureNonceVectors: Decodable, Sendable {
    public struct Made: Decodable, Sendable {
        /// 32 bytes, of which 20 are used.
        public let random: HexBytes
        public let features: UInt32
        public let nonce: HexBytes
    }
    public struct Parsed: Decodable, Sendable, NotedVector {
        public let note: String
        public let nonce: HexBytes
        public let features: UInt32
    }
    public let make: [Made]
    public let parse: [Parsed]
}

public struct PeerInfoVectors: Decodable, Sendable {
    public struct Valid: Decodable, Sendable, NotedVector {
        public let note: String
        public let seed: HexBytes
        public let publicKey: HexBytes
        public let x25519: HexBytes
        public let name: String
        public let src: NodeID
        public let dst: NodeID
        /// What the receiver reads, effective ones only.
        public let features: UInt32
        public let offer: HexBytes?
        public let answerResponder: HexBytes?
        public let answerInitiator: HexBytes?
        public let bytesToSign: HexBytes
        public let signature: HexBytes
        public let frame: HexBytes
        /// Whether a sender makes exactly these bytes; otherwise a receiver only takes them.
        public let canonical: Bool
    }
    public struct Invalid: Decodable, Sendable, NotedVector {
        /// Whether the form is wrong, or the proof.
        public enum Stage: String, Decodable, Sendable { case form, proof }
        public let reason: String
        public let stage: Stage
        public let src: NodeID
        public let dst: NodeID
        public let frame: HexBytes
        public var note: String { reason }
    }
    public struct Unsigned: Decodable, Sendable, NotedVector {
        public let note: String
        public let x25519: HexBytes
        public let name: String
        public let frame: HexBytes
    }
    public let valid: [Valid]
    public let invalid: [Invalid]
    public let unsigned: [Unsigned]
}

public struct EndToEndSessionVectors: Decodable, Sendable {
    public struct Derived: Decodable, Sendable {
        public let initiator: NodeID
        public let responder: NodeID
        public let eI: HexBytes
        public let eR: HexBytes
        public let initiatorPublic: HexBytes
        public let responderPublic: HexBytes
        public let dh: HexBytes
        public let sessionId: HexBytes
        public let payloadsInitiatorToResponder: HexBytes
        public let payloadsResponderToInitiator: HexBytes
        public let packetsInitiatorToResponder: HexBytes
        public let packetsResponderToInitiator: HexBytes
    }
    public let derived: [Derived]
    public let refusedKeys: [HexBytes]
}

public struct SealedFrameVectors: Decodable, Sendable {
    public struct Frame: Decodable, Sendable, NotedVector {
        public let note: String
        public let src: NodeID
        public let dst: NodeID
        public let tag: UInt8
        public let counter: UInt64
        public let kind: String?
        public let body: HexBytes?
        public let plaintext: HexBytes
        public let frame: HexBytes
        public let meshFrame: HexBytes
    }
    public struct Refused: Decodable, Sendable, NotedVector {
        public let reason: String
        public let frame: HexBytes
        public var note: String { reason }
    }
    public struct Plaintext: Decodable, Sendable {
        public let plaintext: HexBytes
        public let kind: String?
        public let body: HexBytes?
        public let ok: Bool
    }
    /// Which of the derived sessions.
    public let session: Int
    /// In the order of each direction's counters.
    public let frames: [Frame]
    /// From the offering to the answering node, counter 9; what the refused ones were made of.
    public let genuine: HexBytes
    public let malformed: [Refused]
    public let refused: [Refused]
    public let plaintexts: [Plaintext]
    public let largestBodyWithKindOf13Bytes: Int
}

public struct ReplayWindowVector: Decodable, Sendable, NotedVector {
    public struct Step: Decodable, Sendable {
        public let counter: UInt64
        public let accept: Bool
    }
    public let note: String
    public let steps: [Step]
}

public struct SealedLinkVectors: Decodable, Sendable {
    public struct Frame: Decodable, Sendable {
        public let counter: UInt32
        public let type: UInt8
        public let plaintext: HexBytes
        public let transportFrame: HexBytes
    }
    public struct Retyped: Decodable, Sendable {
        public let type: UInt8
        public let transportFrame: HexBytes
    }
    public let key: HexBytes
    public let prefix: HexBytes
    /// One sender's, in order.
    public let frames: [Frame]
    /// The second of them under other types.
    public let retyped: [Retyped]
    /// Each under a counter of its own.
    public let single: [Frame]
}

public struct PacketRecordVectors: Decodable, Sendable {
    public struct Record: Decodable, Sendable {
        public let packet: HexBytes
        /// 0 for a single packet.
        public let gsoSize: Int
        /// What a super-packet stands for, checksums complete; empty for a single packet.
        public let segments: [HexBytes]
    }
    public struct Good: Decodable, Sendable, NotedVector {
        public let note: String
        public let plaintext: HexBytes
        public let records: [Record]
    }
    public struct Refused: Decodable, Sendable, NotedVector {
        public let reason: String
        public let plaintext: HexBytes
        /// Whether this node announced that it takes super-packets.
        public let acceptsSuperPackets: Bool
        public var note: String { reason }
    }
    public let good: [Good]
    public let refused: [Refused]
}

/// Shows a vector by its note where a test is run for each.
public protocol NotedVector: CustomStringConvertible {
    var note: String { get }
}

extension NotedVector {
    public var description: String { note }
}
