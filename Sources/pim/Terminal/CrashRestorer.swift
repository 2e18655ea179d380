#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gives the terminal back when this process dies of a fault of its own.
enum CrashRestorer {
    private static let faults = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV, SIGFPE]
    // Written before the handler is installed, read by the handler only: no thread can meet another one here.
    nonisolated(unsafe) private static var original = termios()
    nonisolated(unsafe) private static var isFullScreen = false

    static func arm(_ state: termios, fullScreen: Bool) {
        original = state
        isFullScreen = fullScreen
        for fault in faults {
            signal(fault) { number in
                // Only what a signal handler may call.
                if CrashRestorer.isFullScreen {
                    let text: StaticString = "\u{1b}[?25h\u{1b}[?1049l"
                    _ = write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                }
                tcsetattr(STDIN_FILENO, TCSANOW, &CrashRestorer.original)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    static func disarm() {
        for fault in faults { signal(fault, SIG_DFL) }
    }
}
