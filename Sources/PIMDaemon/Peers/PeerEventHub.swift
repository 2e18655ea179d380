public import PIMPlugin
import Synchronization

/// Hands every change of the peer directory and of reachability to everybody who wants to know.
///
/// Publishing never waits and never fails, from any thread; all subscribers see events in the order of publication. A
/// subscriber that falls more than ``bufferLimit`` events behind gets one ``PeerEvent/resync`` in place of what waited
/// for it, and what follows: it loses no state, and its buffer does not grow.
public final class PeerEventHub: Sendable {
    /// The most events that wait for one subscriber (`spec/plugin.md` §7.1).
    public static let bufferLimit = 256

    private struct Entry {
        // A subscriber that lets go of its stream is dropped with the next event.
        weak var subscription: PeerEventSubscription?
    }

    private struct Registry {
        var entries: [Entry] = []
        var isFinished = false
    }

    private let registry = Mutex(Registry())

    public init() {}

    /// Adds an event to every subscriber's buffer.
    public func publish(_ event: PeerEvent) {
        registry.withLock { registry in
            registry.entries.removeAll { entry in
                guard let subscription = entry.subscription else { return true }
                subscription.offer(event)
                return false
            }
        }
    }

    /// The events from now on. The stream ends when the task that reads it is cancelled, and with ``finish()``.
    public func subscribe() -> AsyncStream<PeerEvent> {
        let subscription = PeerEventSubscription(limit: Self.bufferLimit)
        registry.withLock { registry in
            registry.entries.removeAll { $0.subscription == nil }
            registry.entries.append(Entry(subscription: subscription))
            if registry.isFinished { subscription.finish() }
        }
        return AsyncStream(unfolding: { await subscription.next() })
    }

    /// Ends all streams once they have delivered what waits in them, and every later one at once.
    public func finish() {
        registry.withLock { registry in
            registry.isFinished = true
            for entry in registry.entries { entry.subscription?.finish() }
        }
    }

    /// How many subscribers there are.
    var subscriberCount: Int {
        registry.withLock { $0.entries.count { $0.subscription != nil } }
    }
}
