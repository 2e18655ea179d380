import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The terminal of this process while keys are read one by one: no line editing, no echo. It is given back as it was, by
/// ``leave()``, by signals that end the process and by crashes.
final class Terminal: Sendable {
    /// Whether somebody sits at both ends and the screen can be drawn on.
    static var isInteractive: Bool {
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Whether standard input is somebody's keyboard.
    static var hasKeyboard: Bool { isatty(STDIN_FILENO) == 1 }

    private let isFullScreen: Bool
    private let original: termios
    private let isEntered = Mutex(false)

    /// - Parameter fullScreen: Draws on a screen of its own, and what was there comes back afterwards.
    /// - Throws: ``CommandFailure`` without a terminal.
    init(fullScreen: Bool) throws {
        var state = termios()
        guard Self.isInteractive, tcgetattr(STDIN_FILENO, &state) == 0 else {
            throw CommandFailure("this needs a terminal")
        }
        isFullScreen = fullScreen
        original = state
        CrashRestorer.arm(state, fullScreen: fullScreen)
    }

    func enter() {
        isEntered.withLock { isEntered in
            var state = original
            state.c_lflag &= ~tcflag_t(ICANON | ECHO)
            state.c_iflag &= ~tcflag_t(IXON)
            tcsetattr(STDIN_FILENO, TCSADRAIN, &state)
            if isFullScreen { Self.write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[2J") }
            isEntered = true
        }
    }

    /// Doing it twice is harmless.
    func leave() {
        isEntered.withLock { isEntered in
            guard isEntered else { return }
            if isFullScreen { Self.write("\u{1b}[?25h\u{1b}[?1049l") }
            var state = original
            tcsetattr(STDIN_FILENO, TCSADRAIN, &state)
            isEntered = false
        }
        CrashRestorer.disarm()
    }

    /// Lets the shell have the terminal until this process is continued (Ctrl-Z).
    func suspend() {
        leave()
        kill(getpid(), SIGSTOP)
        CrashRestorer.arm(original, fullScreen: isFullScreen)
        enter()
    }

    /// Writes all of a text to the terminal.
    static func write(_ text: String) {
        // A terminal that is gone ends the program in other ways.
        _ = Descriptor.write(text, to: STDOUT_FILENO)
    }
}
