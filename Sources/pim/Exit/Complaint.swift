import Foundation
import PIMClient
import PIMCore
import PIMDaemon
import PIMRPC

/// An error as it is told: what is wrong, and what to do next.
struct Complaint {
    var status: ExitStatus
    var message: String
    /// What to do next.
    var hint: String?
    /// What else belongs to it, a line each.
    var details: [String] = []
    /// The daemon's own code and data.
    var code: Int?
    var data: JSONValue?

    init(_ error: any Error) {
        status = ExitStatus(of: error)
        switch error {
        case let error as RPCError:
            message = "refused by the daemon: \(Printable.block(error.message))"
            code = error.code.rawValue
            data = error.data
            if error.code == .methodNotFound {
                hint = "It may be another version, or lack the plugin: see “pim plugins”."
            }
            if error.code == .configurationInvalid {
                message = "refused by the daemon: it would not start with that"
                details = Self.problems(error.data).map(\.text)
            }
        case let error as ControlClientError:
            message = error.message
            hint = Self.hint(for: error)
        case let error as ConfigurationFailure:
            message = error.summary
            details = error.problems.map { Printable.line($0.description) }
        case let error as PIMError:
            message = error.cause.map { "\(error.message): \($0)" } ?? error.message
        default: message = SystemFailure(error)?.description ?? "\(error)"
        }
    }

    /// The entries of the data of `configurationInvalid`.
    static func problems(_ data: JSONValue?) -> [ConfigProblem] {
        guard let data, let text = try? RPCCoding.encode(data) else { return [] }
        return (try? RPCCoding.decode([ConfigProblem].self, from: text)) ?? []
    }

    private static func hint(for error: ControlClientError) -> String? {
        switch error.code {
        case .notRunning:
            return "Start a daemon with “pim up”, or name its socket with --socket or PIM_RPC_SOCKET."
        case .unusable: return SocketAccess.hint(for: error.path)
        case .timedOut: return "“pim logs --log-file FILE” may tell what it is doing."
        default: return nil
        }
    }

    /// The text for people, the first line after `pim: `.
    func lines(_ style: Style = .plain) -> [String] {
        ["\(style("pim:", .red)) \(message)"] + details.map { "  \($0)" } + (hint.map { [$0] } ?? [])
    }

    /// The text for scripts, under the name `error`.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "kind": .string(status.name), "exit_code": .integer(Int64(status.rawValue)), "message": .string(message),
        ]
        members["hint"] = hint.map { .string($0) }
        members["code"] = code.map { .integer(Int64($0)) }
        members["data"] = data
        if !details.isEmpty, data == nil { members["details"] = .array(details.map { .string($0) }) }
        return .object(["error": .object(members)])
    }
}

extension ConfigProblem {
    /// `12:5: error text`, as far as it is known.
    var text: String {
        let place = line.map { line in "\(line):" + (column.map { "\($0):" } ?? "") + " " } ?? ""
        // Most messages name the key themselves.
        let subject = path.flatMap { message.hasPrefix($0) ? nil : "\($0): " } ?? ""
        return Printable.line("\(place)\(subject)\(message)")
    }
}
