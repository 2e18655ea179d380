public import PIMCore

/// What is wrong, or odd, about one place of a configuration text: an entry of the `data` of ``PIMCore/RPCError/Code``
/// `configurationInvalid` (`spec/rpc.md` §3). User interfaces paint it on the field of `path`.
public struct ConfigProblem: Codable, Sendable, Hashable {
    /// From 1; absent when the problem has no place, as with a missing section.
    public var line: Int?
    /// In characters, from 1.
    public var column: Int?
    /// The dotted key.
    public var path: String?
    public var message: String

    public init(line: Int? = nil, column: Int? = nil, path: String? = nil, message: String) {
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }
}

extension RPCError {
    /// A text the daemon would not start with.
    public static func configurationInvalid(_ method: String, _ problems: [ConfigProblem]) -> RPCError {
        let first = problems.first.map { ": \($0.message)" } ?? ""
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        return RPCError(
            .configurationInvalid, "\(method): the configuration has errors\(first)\(more)",
            data: .array(problems.map(\.json)))
    }
}

extension ConfigProblem {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["message": .string(message)]
        members["line"] = line.map { .integer(Int64($0)) }
        members["column"] = column.map { .integer(Int64($0)) }
        members["path"] = path.map { .string($0) }
        return .object(members)
    }
}
