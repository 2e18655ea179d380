internal import Foundation
internal import PIMRPC
internal import Synchronization

extension Pipe {
    /// What a process writes, line by line; ends with the process.
    var lines: AsyncStream<String> {
        let (lines, sink) = AsyncStream.makeStream(of: String.self)
        let framer = Mutex(LineFramer())
        fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return sink.finish()
            }
            framer.withLock { framer in
                framer.append(data)
                while let line = try? framer.next() { sink.yield(String(decoding: line, as: UTF8.self)) }
            }
        }
        return lines
    }
}
