import PIMCore

/// How many handshakes of strangers are answered a second, in all and for one address, so that one address that asks
/// all the time leaves room for others (`spec/crypto.md` §12.9).
struct HandshakePace: Sendable {
    /// Addresses remembered; when full, one whose budget is whole again gives way, or else any.
    static let capacity = 256
    /// What one address may take of the rate for all.
    static let share = 0.5

    private let perSecond: Double
    private var all: TokenBucket
    private var addresses: [String: TokenBucket] = [:]

    /// - Parameter perSecond: for all addresses, after a burst of twice as many.
    init(perSecond: Double, at time: MonotonicTime) {
        self.perSecond = perSecond
        all = TokenBucket(capacity: perSecond * 2, refillPerSecond: perSecond, at: time)
    }

    var addressCount: Int { addresses.count }

    /// Whether a handshake from `host` is answered now. One that is refused for its address costs the others nothing.
    mutating func take(for host: String, at time: MonotonicTime) -> Bool {
        var own = addresses[host] ?? newcomer(at: time)
        guard own.take(at: time) else {
            addresses[host] = own
            return false
        }
        if addresses[host] == nil, addresses.count >= Self.capacity { makeRoom(at: time) }
        addresses[host] = own
        return all.take(at: time)
    }

    private func newcomer(at time: MonotonicTime) -> TokenBucket {
        let rate = max(1, perSecond * Self.share)
        return TokenBucket(capacity: rate * 2, refillPerSecond: rate, at: time)
    }

    private mutating func makeRoom(at time: MonotonicTime) {
        addresses = addresses.filter { !$0.value.isFull(at: time) }
        guard addresses.count >= Self.capacity, let any = addresses.keys.first else { return }
        addresses[any] = nil
    }
}
