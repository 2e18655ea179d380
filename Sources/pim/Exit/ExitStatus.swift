import ArgumentParser
import Foundation
import PIMClient
import PIMCore
import PIMRPC

/// The exit codes of `pim`, and the one place where errors become one.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case usage = 2
    case notRunning = 3
    case refused = 4

    init(of error: any Error) {
        switch error {
        case let error as CommandFailure: self = error.status
        case let error as ControlClientError: self = error.code == .notRunning ? .notRunning : .failed
        case is RPCError: self = .refused
        default: self = Self.isUsage(error) ? .usage : .failed
        }
    }

    /// As `--json` names it.
    var name: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .usage: "usage"
        case .notRunning: "not_running"
        case .refused: "refused"
        }
    }

    /// Prints what there is to say, then ends the process. Help that was asked for goes to standard output with code 0.
    static func exit(with error: any Error, arguments: [String] = Array(CommandLine.arguments.dropFirst())) -> Never {
        if Pim.exitCode(for: error) == .success {
            let text = Pim.fullMessage(for: error)
            if !text.isEmpty { Output.line(text) }
            Foundation.exit(done.rawValue)
        }
        // A command that has said everything itself.
        if let failure = error as? CommandFailure, failure.description.isEmpty {
            Foundation.exit(failure.status.rawValue)
        }
        var complaint = Complaint(error)
        if complaint.status == .usage {
            let suggestion = CommandSuggestion.text(for: arguments, in: Pim.self)
            complaint.message = Pim.message(for: error)
            complaint.hint = suggestion
        }
        let options = arguments.prefix { $0 != "--" }
        if options.contains("--json") {
            let text = try? JSONText.of(complaint.json)
            Output.complain(text ?? complaint.message, prefixed: false)
        } else if complaint.status == .usage {
            Output.complain(
                [Pim.fullMessage(for: error), complaint.hint].compactMap { $0 }.joined(separator: "\n"), prefixed: false
            )
        } else {
            let style = Style.of(
                descriptor: FileHandle.standardError.fileDescriptor, noColor: options.contains("--no-color"))
            Output.complain(complaint.lines(style).joined(separator: "\n"), prefixed: false)
        }
        Foundation.exit(complaint.status.rawValue)
    }

    /// Whether it was the argument parser that refused. Its errors are known only by the code it would exit with.
    private static func isUsage(_ error: any Error) -> Bool {
        !(error is CommandFailure) && Pim.exitCode(for: error) == .validationFailure
    }
}
