/// Prints the lines of a log that are wanted: first the last few of what exists, then everything new.
struct LogPrinter {
    private let window: LogWindow
    private let last: Int
    private let omitsTimestamp: Bool
    /// What exists already, until it is known to be all.
    private var held: [Substring] = []
    private var isLive = false
    /// Whether a line beyond the window was seen.
    private(set) var isFinished = false

    init(window: LogWindow, last: Int, omitsTimestamp: Bool) {
        self.window = window
        self.last = last
        self.omitsTimestamp = omitsTimestamp
    }

    /// Takes one line without its ending.
    mutating func take(_ line: Substring) {
        guard !isFinished else { return }
        switch window.verdict(on: line) {
        case .skipped: return
        case .beyond: isFinished = true
        case .wanted where isLive || last == 0: print(line)
        case .wanted:
            held.append(line)
            // Twice the number, so that cutting is rare.
            if held.count >= 2 * last { held.removeFirst(held.count - last) }
        }
    }

    /// Everything that existed has been taken; what comes now is new.
    mutating func beginLive() {
        for line in held.suffix(last) { print(line) }
        held = []
        isLive = true
    }

    private func print(_ line: Substring) {
        var text = line
        if omitsTimestamp, TimeSpecification.stamp(in: line) != nil, let blank = line.firstIndex(of: " ") {
            text = line[blank...].drop { $0 == " " }
        }
        Output.line(Printable.block(String(text)))
    }
}
