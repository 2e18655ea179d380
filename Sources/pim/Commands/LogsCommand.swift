import ArgumentParser
import Foundation
import PIMClient
import PIMHost
import PIMRPC

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print the daemon's log.",
        discussion: """
            Without --log-file the running daemon is asked for the lines it keeps, at most 2048, and when none runs the \
            file is read that “pim up --detach” writes. With --log-file that file is read in any case. --since and --until take a duration like 1h30m or a UTC time like \
            2023-11-14T22:13:20.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions

    @Option(help: "Read this file instead of asking the daemon.", completion: .file())
    var logFile: String?

    @Flag(name: .shortAndLong, help: "Go on printing new lines until interrupted.")
    var follow = false

    @Flag(help: "Print and exit; this is the default.")
    var noFollow = false

    @Flag(
        name: [.customShort("F"), .long],
        help: "As --follow, and go on with the file, or the daemon, that takes its place.")
    var followName = false

    @Flag(help: "Wait for the file, or for the daemon, to appear.")
    var retry = false

    @Option(name: [.customShort("n"), .long], help: "Only the last lines that fit; 0 means all.")
    var lines = 0

    @Option(
        help: "Only lines of this level and above: trace, debug, info, warn, error.",
        completion: .list(LogLevel.allCases.map(\.rawValue)), transform: Self.level)
    var level: LogLevel?

    @Flag(help: "Leave out the time stamps.")
    var noTimestamp = false

    @Option(help: "Only lines from then on.")
    var since: TimeSpecification?

    @Option(help: "Only lines up to then; implies no following.")
    var until: TimeSpecification?

    func validate() throws {
        guard lines >= 0 else { throw ValidationError("--lines cannot be negative.") }
        if noFollow, follow || followName { throw ValidationError("--no-follow contradicts --follow.") }
        if format.json, logFile != nil { throw ValidationError("--json needs the daemon: a file has lines.") }
    }

    func run() async throws {
        let follows = (follow || followName) && until == nil
        let wish = LogPrinter.Wish(
            window: LogWindow(since: since?.bound, until: until?.bound), last: lines, omitsTimestamp: noTimestamp,
            minimumLevel: level, isJSON: format.json, style: format.style)
        var printer = LogPrinter(wish)
        if let logFile { return try await read(logFile, follows, &printer) }
        do {
            let source = LogSocketSource(
                path: client.socketPath, follows: follows, waits: retry, reconnects: followName || retry)
            try await source.read(into: &printer)
        } catch let error as ControlClientError
            where error.code == .notRunning && client.mayUseDefaults && !format.json
        {
            let path = ClientOptions.paths.log
            guard FileManager.default.fileExists(atPath: path) else { throw error }
            Output.complain("no daemon answers; this is \(path)")
            try await read(path, follows, &printer)
        }
    }

    private func read(_ path: String, _ follows: Bool, _ printer: inout LogPrinter) async throws {
        let source = LogFileSource(path: path, follows: follows, reopens: followName, waits: retry)
        try await source.read(into: &printer)
    }

    @Sendable private static func level(_ text: String) throws -> LogLevel {
        guard let level = LogLevel(rawValue: text.lowercased()) else {
            throw ValidationError("“\(Printable.line(text))” is none of trace, debug, info, warn, error.")
        }
        return level
    }
}
