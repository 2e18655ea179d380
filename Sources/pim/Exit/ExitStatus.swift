import ArgumentParser
import Foundation
import PIMClient
import PIMCore

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

    /// Prints what there is to say, then ends the process. Help that was asked for goes to standard output with code 0.
    static func exit(with error: any Error) -> Never {
        if Pim.exitCode(for: error) == .success { Pim.exit(withError: error) }
        let status = ExitStatus(of: error)
        switch error {
        case let error as RPCError:
            // Most texts begin with the method's name, which is nothing people know.
            Output.complain("refused by the daemon: \(error.message)")
        case let error as ControlClientError where error.code == .notRunning:
            Output.complain("\(error.message)\nStart a daemon with “pim up”, or name its socket with --socket.")
        case _ where status == .usage: Output.complain(Pim.fullMessage(for: error), prefixed: false)
        default: Output.complain("\(error)")
        }
        Foundation.exit(status.rawValue)
    }

    /// Whether it was the argument parser that refused. Its errors are known only by the code it would exit with.
    private static func isUsage(_ error: any Error) -> Bool {
        !(error is CommandFailure) && Pim.exitCode(for: error) == .validationFailure
    }
}
