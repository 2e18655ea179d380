internal import Logging
internal import PIMCore
internal import PIMHost

/// One file that other programs read whenever they like: replaced as a whole at an interval, readable by the group, removed
/// at the end. Readers tell by its age whether the daemon lives, so it is replaced even when nothing changed.
///
/// Two daemons that were given the same place do not write over each other: the first one has it, under a lock beside the
/// file, and the other takes over when that one has ended.
struct PolledFile: Sendable {
    let file: SecureFile
    let interval: Duration
    /// How soon a place that cannot be had is asked for again.
    var retryInterval = Duration.seconds(30)
    /// Whether the operator named the place; he is told when it cannot be written.
    let isAskedFor: Bool
    let logger: Logger
    let content: @Sendable () async throws -> [UInt8]

    init(
        _ path: String, every interval: Duration, isAskedFor: Bool, logger: Logger,
        content: @escaping @Sendable () async throws -> [UInt8]
    ) {
        file = SecureFile(path, permissions: 0o640)
        self.interval = interval
        self.isAskedFor = isAskedFor
        self.logger = logger
        self.content = content
    }

    /// Writes until the task is cancelled, first at once.
    func keep() async {
        var lock: FileLock?
        var complaint: String?
        while !Task.isCancelled {
            var pause = interval
            do {
                if lock == nil {
                    lock = try FileLock.acquire(file.path + ".lock", permissions: 0o640, removingFile: true)
                    file.removeAbandoned()
                }
                // Worth nothing after a crash, so the disk need not be waited for.
                try file.write(try await content(), durably: false)
                complaint = nil
            } catch {
                if lock == nil { pause = max(pause, retryInterval) }
                if !Task.isCancelled, complaint != "\(error)" {
                    complaint = "\(error)"
                    complain(error)
                }
            }
            try? await Task.sleep(for: pause)
        }
        if lock != nil { try? file.remove() }
        lock?.release()
    }

    private func complain(_ error: any Error) {
        logger.log(
            level: isAskedFor ? .warning : .debug, "a file for other programs is not written",
            metadata: ["path": "\(file.path)", "error": "\(error)"])
    }
}
