import PIMCore
import PIMCrypto
import PIMWire

@testable import PIMNode

extension BeaconSource {
    /// `192.0.2.<host>`.
    static func host(_ host: UInt32) -> BeaconSource { .ipv4(IPv4Address(rawValue: 0xc000_0200 | host)) }
}

extension Beacon {
    /// A beacon of the identity whose key file is 32 equal bytes.
    static func filled(_ byte: UInt8, roles: BeaconRoles = [.client, .relay], port: UInt16 = 9100) throws -> Beacon {
        let identity = try Identity.filled(byte)
        return Beacon(
            node: identity.nodeID, publicKey: identity.publicKey, roles: roles, port: port) ?? .invented(0)
    }

    /// A beacon that anybody can make up: the table does not ask whether the key fits.
    static func invented(_ number: UInt64, roles: BeaconRoles = [.client, .relay], port: UInt16 = 9100) -> Beacon {
        let key = (0..<32).map { UInt8(truncatingIfNeeded: number >> UInt64($0 % 8 * 8)) }
        guard
            let beacon = Beacon(
                node: NodeID(high: 0xf000_0000_0000_0000, low: number), publicKey: key, roles: roles, port: port)
        else { preconditionFailure("32 bytes make a key") }
        return beacon
    }
}
