internal import Logging
internal import PIMCore
public import PIMPlugin
public import PIMRPC
internal import Synchronization

/// Distributes events to the clients of the control socket that want them.
///
/// Publishing never waits and may be done from any thread; all clients see the events in the same order. A client that does
/// not keep up loses its oldest ones and is told so.
public final class EventHub: Sendable {
    private struct State {
        var outboxes: [UInt64: ClientOutbox] = [:]
        var nextClient: UInt64 = 0
    }

    private let state = Mutex(State())
    private let nextSubscription = Atomic<UInt64>(0)

    public init() {}

    /// Publishes one event as `<namespace>.event`; `parameters` must encode to a JSON object, or the event is dropped.
    public func publish(_ stream: EventStream, _ parameters: some Encodable & Sendable) {
        // Nobody listening is the usual case; encoding is what costs.
        guard isWanted(stream), let text = try? RPCCoding.encode(parameters), text.first == UInt8(ascii: "{") else {
            return
        }
        let line = RPCLine.notification(stream.event, parameters: text)
        state.withLock { state in
            for outbox in state.outboxes.values { outbox.offer(stream, line) }
        }
    }

    /// Whether anybody receives a stream now.
    func isWanted(_ stream: EventStream) -> Bool {
        state.withLock { $0.outboxes.values.contains { $0.isInterested(in: stream) } }
    }

    /// The event stream of a plugin, as its context wants it.
    public func sink(for stream: EventStream) -> any PluginEventSink {
        HubEventSink(hub: self, stream: stream)
    }

    func attach(_ outbox: ClientOutbox) -> UInt64 {
        state.withLock { state in
            defer { state.nextClient += 1 }
            state.outboxes[state.nextClient] = outbox
            return state.nextClient
        }
    }

    func detach(_ client: UInt64) {
        _ = state.withLock { $0.outboxes.removeValue(forKey: client) }
    }

    /// A number no subscription of this process has had (`spec/rpc.md` §4).
    func makeSubscriptionNumber() -> UInt64 {
        nextSubscription.wrappingAdd(1, ordering: .relaxed).oldValue
    }
}

/// One plugin's way to the hub.
private struct HubEventSink: PluginEventSink {
    let hub: EventHub
    let stream: EventStream

    func publish(_ parameters: any Encodable & Sendable) {
        hub.publish(stream, parameters)
    }
}
