internal import Dispatch
internal import PIMRPC
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Writes log lines in the stream's format to a file descriptor, on a queue of its own, so that a terminal or pipe that is stuck delays
/// nobody but the text. A writer the ring has overtaken says how many lines it skipped.
final class LogWriter: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "pim.log-writer")
    /// The number of the next line to write; only changed on the queue.
    private let cursor = Mutex<UInt64>(0)
    /// Whether a run on the queue is on its way, so that a burst of lines costs one.
    private let isScheduled = Atomic<Bool>(false)

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Sees to it that new lines get written; never waits.
    func schedule(_ stream: LogStream) {
        guard isScheduled.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else { return }
        queue.async {
            self.isScheduled.store(false, ordering: .releasing)
            self.writeAll(of: stream)
        }
    }

    /// Returns when everything logged before the call is written. Not from the writer's own queue.
    func drain(_ stream: LogStream) {
        queue.sync { writeAll(of: stream) }
    }

    private func writeAll(of stream: LogStream) {
        while true {
            let next = cursor.withLock { $0 }
            let (records, missed) = stream.records(from: next, limit: 256)
            guard let last = records.last else { return }
            let format = stream.format
            let gap = missed > 0 ? records.first.map { LogRecord.skipped(missed, before: $0) } : nil
            var text = gap?.line(as: format) ?? ""
            for record in records { text += record.line(as: format) }
            write(Array(text.utf8))
            cursor.withLock { $0 = last.sequence + 1 }
        }
    }

    /// Log text that cannot be written is lost: there is nowhere left to complain.
    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // The buffer is only borrowed for the call.
            let written = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if written < 0, errno == EAGAIN {
                // A descriptor that somebody made non-blocking.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&waiting, 1, 1000) > 0 else { return }
            } else if written < 0, errno == EINTR {
                continue
            } else {
                return
            }
        }
    }
}

/// The system call, under a name the type's own `write` does not hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
