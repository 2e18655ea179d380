/// How hard a passphrase is to guess; equal on all members, since it changes the keys. `spec/crypto.md` §4.
public struct Argon2Cost: Sendable, Hashable {
    /// Memory in KiB, at least 8 and at least 8 a lane.
    public var memoryKiB: UInt32
    /// Passes over the memory, at least 1.
    public var passes: UInt32
    /// Lanes, 1 to 2²⁴ − 1.
    public var lanes: UInt32

    public init(memoryKiB: UInt32, passes: UInt32, lanes: UInt32) {
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.lanes = lanes
    }

    /// 64 MiB, three passes, one lane.
    public static let `default` = Argon2Cost(memoryKiB: 65_536, passes: 3, lanes: 1)

    /// - Throws: `invalidCost`, naming the bound.
    public func validate() throws(CryptoError) {
        guard (1...0xff_ffff).contains(lanes) else { throw CryptoError(.invalidCost, "lanes must be 1 to 16777215") }
        guard passes >= 1 else { throw CryptoError(.invalidCost, "passes must be at least 1") }
        guard UInt64(memoryKiB) >= 8 * UInt64(lanes) else {
            throw CryptoError(.invalidCost, "memory must be at least 8 KiB a lane")
        }
    }
}
