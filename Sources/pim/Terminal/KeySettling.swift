/// Tells when no more of a key is to be expected.
struct KeySettling {
    private var waiting: Task<Void, Never>?

    /// To be called whenever bytes have come.
    ///
    /// - Parameter deliver: Called if none come for a while after those that leave it open which key they are.
    mutating func watch(_ keys: KeyParser, _ deliver: @escaping @Sendable () -> Void) {
        waiting?.cancel()
        waiting = nil
        guard keys.isUndecided else { return }
        waiting = Task {
            guard (try? await Task.sleep(for: KeyParser.patience)) != nil else { return }
            deliver()
        }
    }
}
