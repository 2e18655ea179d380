import DequeModule
import PIMWire

/// The ephemeral keys and nonces of recent handshakes. A genuine node never uses a pair twice, so a repeated one is a
/// recording and is refused before it costs a signature check (`spec/crypto.md` §12.9).
struct HelloMemory: Sendable {
    /// Pairs remembered; the oldest gives way.
    static let capacity = 1024

    private var order: Deque<[UInt8]> = []
    private var known: Set<[UInt8]> = []

    /// `false` when this pair was seen before.
    mutating func admit(_ hello: HandshakeHello) -> Bool {
        let pair = hello.ephemeral + hello.nonce
        guard known.insert(pair).inserted else { return false }
        order.append(pair)
        if order.count > Self.capacity, let oldest = order.popFirst() { known.remove(oldest) }
        return true
    }
}
