import Foundation
public import PIMCore

/// The computed test vectors of the protocol, read once. One copy serves every test target.
public struct Vectors: Decodable, Sendable {
    public let blake3: BLAKE3Vectors
    public let nodeIds: NodeIDVectors
    public let identities: [IdentityVector]
    public let meshAddresses: MeshAddressVectors
    public let meshSecrets: [MeshSecretVector]
    public let rfcommHelloTags: [RFCOMMTagVector]
    public let handshakes: [HandshakeVector]
    public let sessionCipher: SessionCipherVectors
    public let e2e: BoxVectors
    public let frames: FrameVectors
    public let fragments: FragmentVectors
    public let malformed: MalformedVectors
    public let weakEd25519: WeakKeyVectors

    /// A test that cannot read its vectors cannot run: this traps with the reason.
    public static let shared: Vectors = {
        do {
            guard let url = Bundle.module.url(forResource: "vectors", withExtension: "json") else {
                preconditionFailure("vectors.json is not among the resources")
            }
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Vectors.self, from: Data(contentsOf: url))
        } catch {
            preconditionFailure("vectors.json: \(error)")
        }
    }()
}

public struct NodeIDVectors: Decodable, Sendable {
    public struct Derivation: Decodable, Sendable {
        public let publicKey: HexBytes
        public let nodeId: NodeID
    }
    public struct Short: Decodable, Sendable {
        public let nodeId: NodeID
        public let short: String
    }
    public struct Parse: Decodable, Sendable {
        public let text: String
        public let nodeId: NodeID?
        public let error: String?
    }
    public let fromPublicKeyBytes: [Derivation]
    public let shortForm: [Short]
    public let parse: [Parse]
}

public struct MeshAddressVectors: Decodable, Sendable {
    public struct Case: Decodable, Sendable {
        public let nodeId: NodeID
        public let prefix: String
        public let address: String
    }
    public struct Canonical: Decodable, Sendable {
        public let text: String
        public let network: String
        public let prefixLen: Int
    }
    public let ipv4: [Case]
    public let ipv6: [Case]
    public let reservedHostCases: [Case]
    public let canonicalPrefixes: [Canonical]
    public let rejectedPrefixes: [String]
}
