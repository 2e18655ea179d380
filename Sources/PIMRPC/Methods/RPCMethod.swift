public import PIMCore

/// A method of the control socket: its name, what goes in, what comes out. Daemon and clients share it, so that neither
/// spells a name or a shape twice; documents are written from it.
public struct RPCMethod<Parameters: Codable & Sendable, Output: Codable & Sendable>: Sendable {
    /// Complete: `peers.list`.
    public let name: String
    /// One sentence for people.
    public let summary: String
    /// The codes its failures have, beside those every method shares (-32600, -32601, -32603).
    public let errors: [RPCError.Code]

    public init(_ name: String, summary: String, errors: [RPCError.Code] = []) {
        self.name = name
        self.summary = summary
        self.errors = errors
    }

    /// The descriptor without its types, for lists.
    public var description: RPCMethodDescription {
        RPCMethodDescription(
            name: name, summary: summary, parameters: Parameters.self, result: Output.self, errors: errors)
    }
}
