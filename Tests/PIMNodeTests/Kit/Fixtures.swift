import PIMCore
import PIMCrypto
import PIMWire

@testable import PIMNode

extension NodeID {
    /// A NodeID of sixteen equal bytes.
    static func filled(_ byte: UInt8) -> NodeID {
        let word = UInt64(byte) &* 0x0101_0101_0101_0101
        return NodeID(high: word, low: word)
    }
}

extension Identity {
    /// The identity whose key file is 32 equal bytes (`spec/crypto.md` §10.1). By NodeID: 0x42 < 0xab < 0x01 < 0x02.
    static func filled(_ byte: UInt8) throws -> Identity {
        try Identity(seed: [UInt8](repeating: byte, count: 32))
    }
}

extension MeshKey {
    static func filled(_ byte: UInt8) throws -> MeshKey {
        try MeshKey([UInt8](repeating: byte, count: 32))
    }
}

extension MonotonicTime {
    static func seconds(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1_000_000_000))
    }
}

extension LinkID {
    static let first = LinkID(rawValue: 1)
    static let second = LinkID(rawValue: 2)
    static let third = LinkID(rawValue: 3)
}

extension RouteEntry {
    init(_ destination: NodeID, _ hops: UInt8, gateway: Bool = false) {
        self.init(destination: destination, hops: hops, isGateway: gateway, meshIPv4: .unspecified)
    }
}
