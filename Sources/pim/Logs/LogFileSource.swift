import Foundation

/// Reads a log file, and follows it over truncation and rotation.
struct LogFileSource {
    var path: String
    var follows: Bool
    /// Whether a file that was replaced is opened anew.
    var reopens: Bool
    /// Whether a file that is missing is waited for.
    var waits: Bool

    func read(into printer: inout LogPrinter) async throws {
        var file = try await open(mayWait: waits)
        var splitter = LineSplitter()
        try take(from: file, &splitter, &printer)
        if !follows, let rest = splitter.rest() { printer.take(LogLine(file: rest)) }
        printer.beginLive()
        while follows, !printer.isFinished {
            try await Task.sleep(for: .milliseconds(100))
            if reopens, try Self.identity(of: file) != Self.identity(at: path) {
                // What was written to the old file before it was replaced comes first.
                try take(from: file, &splitter, &printer)
                guard FileManager.default.fileExists(atPath: path) else { continue }
                file = try await open(mayWait: true)
                splitter = LineSplitter()
            } else if try file.offset() > Self.size(of: file) {
                try file.seek(toOffset: 0)
                splitter = LineSplitter()
            }
            try take(from: file, &splitter, &printer)
        }
    }

    /// Hands over the whole lines there are; the rest waits for its ending.
    private func take(from file: FileHandle, _ splitter: inout LineSplitter, _ printer: inout LogPrinter) throws {
        while let chunk = try SystemFailure.naming(path, { try file.read(upToCount: 65_536) }), !chunk.isEmpty {
            for line in splitter.take(chunk) { printer.take(LogLine(file: line)) }
        }
    }

    private func open(mayWait: Bool) async throws -> FileHandle {
        var isAnnounced = false
        while true {
            if let file = FileHandle(forReadingAtPath: path) { return file }
            guard mayWait, !FileManager.default.fileExists(atPath: path) else {
                throw CommandFailure("cannot read the log file \(path)")
            }
            if !isAnnounced { Output.complain("waiting for \(path)") }
            isAnnounced = true
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    private static func status(of file: FileHandle) throws -> stat {
        var status = stat()
        guard fstat(file.fileDescriptor, &status) == 0 else { throw CommandFailure("the log file has gone") }
        return status
    }

    private static func size(of file: FileHandle) throws -> UInt64 { UInt64(max(0, try status(of: file).st_size)) }

    private static func identity(of file: FileHandle) throws -> FileIdentity {
        let status = try status(of: file)
        return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    private static func identity(at path: String) -> FileIdentity? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }
}

/// Which file a name or a descriptor leads to.
private struct FileIdentity: Equatable {
    var device: UInt64
    var number: UInt64
}
