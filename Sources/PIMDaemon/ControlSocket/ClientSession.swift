internal import PIMRPC

/// What one client has done so far: the gate and its subscriptions. A value without I/O.
struct ClientSession: Sendable {
    /// Per stream; a client that asks for more loses its oldest, which changes nothing for it.
    static let maximumSubscriptions = 64

    /// Whether `rpc.hello` has succeeded (`spec/rpc.md` §2).
    private(set) var isOpen = false
    /// Numbers by stream, oldest first.
    private var subscriptions: [EventStream: [UInt64]] = [:]

    mutating func open() {
        isOpen = true
    }

    /// - Returns: A subscription that had to make room.
    mutating func subscribe(_ stream: EventStream, number: UInt64) -> UInt64? {
        var numbers = subscriptions[stream] ?? []
        numbers.append(number)
        let ended = numbers.count > Self.maximumSubscriptions ? numbers.removeFirst() : nil
        subscriptions[stream] = numbers
        return ended
    }

    /// Ends the subscription with this identifier, or without one the latest; what does not exist is no error.
    ///
    /// - Returns: The number of the subscription that ended.
    mutating func unsubscribe(_ stream: EventStream, id: String?) -> UInt64? {
        guard var numbers = subscriptions[stream] else { return nil }
        let position = id.map { id in numbers.firstIndex { Self.identifier($0) == id } } ?? numbers.indices.last
        guard let position else { return nil }
        defer { subscriptions[stream] = numbers }
        return numbers.remove(at: position)
    }

    func isSubscribed(to stream: EventStream) -> Bool {
        subscriptions[stream]?.isEmpty == false
    }

    /// `rpc-sub-<n>` (`spec/rpc.md` §4).
    static func identifier(_ number: UInt64) -> String { "rpc-sub-\(number)" }
}
