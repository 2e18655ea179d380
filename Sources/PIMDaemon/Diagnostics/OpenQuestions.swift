internal import PIMCore
internal import Synchronization

/// Questions that wait for their answers. Only the node that was asked can answer, and only once.
final class OpenQuestions: Sendable {
    private struct Open {
        var asked: NodeID
        var answers: AsyncStream<DiagnosticsMessage.Answer>.Continuation
    }

    private let open = Mutex<[UInt64: Open]>([:])

    /// Asks by `send` and waits for the answer.
    ///
    /// - Returns: `nil` when none came in time.
    func ask(
        _ node: NodeID, within patience: Duration, _ send: (_ number: UInt64) async throws -> Void
    ) async throws -> DiagnosticsMessage.Answer? {
        let number = UInt64.random(in: 0 ... .max)
        let (answers, continuation) = AsyncStream.makeStream(
            of: DiagnosticsMessage.Answer.self, bufferingPolicy: .bufferingOldest(1))
        open.withLock { $0[number] = Open(asked: node, answers: continuation) }
        defer { open.withLock { _ = $0.removeValue(forKey: number) } }
        try await send(number)
        let clock = Task {
            try await Task.sleep(for: patience)
            continuation.finish()
        }
        defer { clock.cancel() }
        return await answers.first { _ in true }
    }

    /// An answer that nobody waits for is ignored.
    func take(_ answer: DiagnosticsMessage.Answer, to number: UInt64, from node: NodeID) {
        let asked = open.withLock { open in
            open[number]?.asked == node ? open.removeValue(forKey: number) : nil
        }
        asked?.answers.yield(answer)
        asked?.answers.finish()
    }
}
