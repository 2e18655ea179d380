public import PIMCore

public struct FrameVectors: Decodable, Sendable {
    public struct Control: Decodable, Sendable {
        public struct Fields: Decodable, Sendable {
            public let departingId: NodeID?
            public let reason: UInt8?
            public let nonce: UInt64?
            public let x25519Pub: HexBytes?
            public let friendlyName: String?
            public let kind: String?
            public let body: HexBytes?
        }
        public let name: String
        public let fields: Fields
        public let hex: HexBytes
    }
    public struct MeshData: Decodable, Sendable {
        public struct Fields: Decodable, Sendable {
            public let src: NodeID
            public let dst: NodeID
            public let sessionId: UInt32
            public let ttl: UInt8
            public let flags: UInt8
            public let payload: HexBytes
        }
        public let fields: Fields
        public let hex: HexBytes
    }
    public struct Heartbeat: Decodable, Sendable {
        public struct Fields: Decodable, Sendable {
            public let senderId: NodeID
            public let timestamp: UInt64
            public let gatewayHops: UInt8
            public let load: UInt8
            public let gwX25519Pub: HexBytes
        }
        public let fields: Fields
        public let hex: HexBytes
    }
    public struct RouteUpdate: Decodable, Sendable {
        public struct Entry: Decodable, Sendable {
            public let destination: NodeID
            public let hops: UInt8
            public let flags: UInt8
            public let meshIp: String
        }
        public let signerSeed: HexBytes
        public let originId: NodeID
        public let sequence: UInt64
        public let entries: [Entry]
        public let signedBytes: HexBytes
        public let signature: HexBytes
        public let hex: HexBytes
        public let transportFrame: HexBytes
    }
    public struct Transport: Decodable, Sendable {
        public let note: String
        public let hex: HexBytes
        public let streamBytes: HexBytes?
    }
    public let control: [Control]
    public let meshData: [MeshData]
    public let heartbeat: [Heartbeat]
    public let routeUpdate: [RouteUpdate]
    public let transport: [Transport]
}

public struct FragmentVectors: Decodable, Sendable {
    public struct Size: Decodable, Sendable {
        public struct Piece: Decodable, Sendable {
            public let offset: Int
            public let length: Int
        }
        public let payloadLen: Int
        public let fragmented: Bool
        public let fragments: [Piece]
    }
    public struct Parse: Decodable, Sendable {
        public let hex: HexBytes
        public let ok: Bool
        public let isLast: Bool?
        public let reason: String?
    }
    public struct Example: Decodable, Sendable {
        public let payloadLen: Int
        public let fragmentId: UInt32
        public let fragmentHeaders: [HexBytes]
        public let fragmentSha256: [HexBytes]
        public let payloadSha256: HexBytes
    }
    public let sizes: [Size]
    public let parse: [Parse]
    public let example: Example
}

public struct MalformedVectors: Decodable, Sendable {
    public struct Case: Decodable, Sendable {
        public let hex: HexBytes
        public let reason: String
    }
    public let transport: [Case]
    public let control: [Case]
    public let meshData: [Case]
    public let heartbeat: [Case]
    public let routeUpdate: [Case]
    public let handshake: [Case]
    public let streamFraming: [Case]
}
