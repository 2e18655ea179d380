internal import Synchronization

/// Stands before a plugin's ports; shut for good when the plugin has stopped.
final class PortGate: Sendable {
    private struct Waiting {
        var isShut = false
        var next: UInt64 = 0
        var cancellations: [UInt64: @Sendable () -> Void] = [:]
    }

    private let shut = Atomic<Bool>(false)
    private let waiting = Mutex(Waiting())

    var isOpen: Bool { !shut.load(ordering: .acquiring) }

    /// Cancels whatever waits behind the gate.
    func close() {
        shut.store(true, ordering: .releasing)
        let cancellations = waiting.withLock { waiting in
            waiting.isShut = true
            defer { waiting.cancellations = [:] }
            return waiting.cancellations.values.map { $0 }
        }
        for cancel in cancellations { cancel() }
    }

    /// Runs work that may wait for long; it is cancelled when the gate shuts or when the caller is cancelled.
    ///
    /// - Returns: `nil` when the gate is shut.
    func whileOpen<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value? {
        let task = Task(operation: work)
        guard let key = register({ task.cancel() }) else {
            task.cancel()
            return nil
        }
        defer { waiting.withLock { $0.cancellations[key] = nil } }
        do {
            let value = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            return isOpen ? value : nil
        } catch {
            if isOpen { throw error }
            return nil
        }
    }

    private func register(_ cancel: @escaping @Sendable () -> Void) -> UInt64? {
        waiting.withLock { waiting in
            guard !waiting.isShut else { return nil }
            waiting.next += 1
            waiting.cancellations[waiting.next] = cancel
            return waiting.next
        }
    }
}
