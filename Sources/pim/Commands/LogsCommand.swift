import ArgumentParser
import PIMClient
import PIMRPC

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print the daemon's log.",
        discussion: """
            Without --log-file the running daemon is asked for the lines it keeps, at most 2048; with it the file is read, \
            whether a daemon runs or not. --since and --until take a duration like 1h30m or a UTC time like \
            2023-11-14T22:13:20.
            """)

    @OptionGroup var client: ClientOptions

    @Option(help: "Read this file instead of asking the daemon.", completion: .file())
    var logFile: String?

    @Flag(name: .shortAndLong, help: "Go on printing new lines until interrupted.")
    var follow = false

    @Flag(help: "Print and exit; this is the default.")
    var noFollow = false

    @Flag(name: [.customShort("F"), .long], help: "As --follow, and open the file again when it is rotated.")
    var followName = false

    @Flag(help: "Wait for the file, or for the daemon, to appear.")
    var retry = false

    @Option(name: [.customShort("n"), .long], help: "Only the last lines that fit; 0 means all.")
    var lines = 0

    @Flag(help: "Leave out the time stamps.")
    var noTimestamp = false

    @Option(help: "Only lines from then on.")
    var since: TimeSpecification?

    @Option(help: "Only lines up to then; implies no following.")
    var until: TimeSpecification?

    func validate() throws {
        guard lines >= 0 else { throw ValidationError("--lines cannot be negative.") }
        if noFollow, follow || followName { throw ValidationError("--no-follow contradicts --follow.") }
    }

    func run() async throws {
        let window = LogWindow(since: since?.bound, until: until?.bound)
        let follows = (follow || followName) && until == nil
        var printer = LogPrinter(window: window, last: lines, omitsTimestamp: noTimestamp)
        if let logFile {
            let source = LogFileSource(path: logFile, follows: follows, reopens: followName, waits: retry)
            try await source.read(into: &printer)
        } else {
            let source = LogSocketSource(path: client.socketPath, follows: follows, waits: retry)
            try await source.read(into: &printer)
        }
    }
}
