import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What happens at a terminal.
enum TerminalEvent: Sendable {
    case bytes([UInt8])
    case resized
    /// The user pressed Ctrl-Z.
    case suspended
    /// The input is at its end, or a signal asks this process to end.
    case ended
}

/// Hands over what happens at the terminal, until it is stopped.
final class TerminalEvents {
    private var sources: [any DispatchSourceProtocol] = []
    private let ignored: [Int32]

    /// - Parameter deliver: Called on a queue of the system's.
    init(_ deliver: @escaping @Sendable (TerminalEvent) -> Void) {
        let signals: [(number: Int32, event: TerminalEvent)] = [
            (SIGINT, .ended), (SIGTERM, .ended), (SIGHUP, .ended), (SIGQUIT, .ended), (SIGWINCH, .resized),
            (SIGTSTP, .suspended),
        ]
        ignored = signals.map(\.number)
        let input = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
        input.setEventHandler {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count > 0 {
                deliver(.bytes(Array(buffer.prefix(count))))
            } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
                deliver(.ended)
            }
        }
        input.resume()
        sources.append(input)
        for (number, event) in signals {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { deliver(event) }
            source.resume()
            sources.append(source)
        }
    }

    func stop() {
        for source in sources { source.cancel() }
        sources = []
        for number in ignored { signal(number, SIG_DFL) }
    }
}
