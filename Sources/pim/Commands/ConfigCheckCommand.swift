import ArgumentParser
import Foundation
import PIMCore
import PIMHost

struct ConfigCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration file with the daemon that will read it.",
        discussion: """
            The sections of plugins are checked too, by the executable that contains the plugins. Exits with 1 when the \
            daemon would not start.
            """)

    @OptionGroup var format: FormatOptions
    @Option(name: .shortAndLong, help: "The file (default: the daemon's).", completion: .file(extensions: ["toml"]))
    var config: String?

    func run() async throws {
        let daemon = try DaemonExecutable.find()
        let arguments = ["--check-config", config ?? ClientOptions.paths.configuration]
        guard format.json else { return try daemon.replaceThisProcess(arguments: arguments) }
        let result = try await Command.run(daemon.path, arguments, deadline: .seconds(30))
        let report = CheckReport(output: result.error, isSound: result.status == 0)
        try Output.json(report.json)
        guard result.status == 0 else { throw CommandFailure.silent() }
    }
}

/// What a daemon says about a configuration, as values.
struct CheckReport {
    let json: JSONValue

    init(output: String, isSound: Bool) {
        var problems = output.split(separator: "\n").compactMap { Self.problem(String($0)) }
        if !isSound, problems.isEmpty {
            // Whatever it says, it is the reason.
            let reason = output.trimmingCharacters(in: .whitespacesAndNewlines)
            problems = [
                .object([
                    "severity": .string("error"),
                    "message": .string(reason.isEmpty ? "the daemon refuses it and does not say why" : reason),
                ])
            ]
        }
        json = .object(["ok": .bool(isSound), "problems": .array(problems)])
    }

    /// `file[:line:column]: severity: message`
    private static func problem(_ line: String) -> JSONValue? {
        guard let match = line.firstMatch(of: /^(.*?)(?::(\d+):(\d+))?: (error|warning): (.*)$/) else { return nil }
        var members: [String: JSONValue] = [
            "file": .string(String(match.1)), "severity": .string(String(match.4)), "message": .string(String(match.5)),
        ]
        members["line"] = match.2.flatMap { Int64($0) }.map { .integer($0) }
        members["column"] = match.3.flatMap { Int64($0) }.map { .integer($0) }
        return .object(members)
    }
}
