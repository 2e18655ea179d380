internal import PIMPlugin
internal import Synchronization

/// One reader's peer events. At most 256 wait; what exceeds that is replaced by one `resync`, as the contract of
/// ``PIMPlugin/PeerDirectory/events()`` says.
final class PeerEventQueue: Sendable {
    static let limit = 256

    private struct State {
        var events: [PeerEvent] = []
        var reader: CheckedContinuation<PeerEvent?, Never>?
    }

    private let state = Mutex(State())

    /// Whether the reader has done what the last event made it do, and waits for the next.
    var isHeard: Bool { state.withLock { $0.reader != nil } }

    func push(_ event: PeerEvent) {
        let reader = state.withLock { state -> CheckedContinuation<PeerEvent?, Never>? in
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            if state.events.count < Self.limit { state.events.append(event) } else { state.events = [.resync] }
            return nil
        }
        reader?.resume(returning: event)
    }

    /// The next event; `nil` when the reader's task is cancelled.
    func next() async -> PeerEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> PeerEvent?? in
                    if !state.events.isEmpty { return state.events.removeFirst() }
                    if Task.isCancelled { return .some(nil) }
                    state.reader = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let reader = state.withLock { $0.reader.take() }
            reader?.resume(returning: nil)
        }
    }
}
