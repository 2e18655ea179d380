internal import Foundation
internal import PIMCore

/// One RPC method of a plugin, answered on the control socket as `<namespace>.<name>`.
///
/// The handler runs outside the daemon's packet path; requests of one connection are answered in order. It throws
/// ``PIMCore/RPCError`` for errors clients should tell apart; any other error is answered as an internal error.
public struct PluginRPCMethod: Sendable {
    /// Without the namespace: `send`, not `messages.send`.
    public let name: String
    /// One sentence for people.
    public let summary: String
    /// Takes the JSON text of `params` (`null` when absent) and returns the JSON text of `result`.
    public let handle: @Sendable (_ parameters: [UInt8]) async throws -> [UInt8]

    /// A method whose parameters and result are Codable.
    ///
    /// A request whose `params` do not decode is answered with `invalidParams` and the name of the offending member.
    public init<Parameters: Decodable & Sendable, Output: Encodable & Sendable>(
        _ name: String, summary: String, handler: @escaping @Sendable (Parameters) async throws -> Output
    ) {
        self.name = name
        self.summary = summary
        handle = { text in
            // Clients that have nothing to say send `null` (`spec/rpc.md` §1.4).
            let object = Data(text == Array("null".utf8) ? Array("{}".utf8) : text)
            let parameters: Parameters
            do {
                parameters = try JSONDecoder().decode(Parameters.self, from: object)
            } catch let error as DecodingError {
                let value =
                    object.count > JSONMisfit.longestSearched
                    ? nil : try? JSONDecoder().decode(JSONValue.self, from: object)
                let misfit = JSONMisfit(reading: Parameters.self, from: value, after: error)
                throw RPCError(.invalidParams, "\(name): \(misfit)")
            }
            return try await Array(JSONEncoder().encode(handler(parameters)))
        }
    }

    /// A method that reads and writes JSON text itself, for callers that wrap another method.
    ///
    /// - Parameter handle: as ``handle``.
    public init(
        _ name: String, summary: String, handle: @escaping @Sendable (_ parameters: [UInt8]) async throws -> [UInt8]
    ) {
        self.name = name
        self.summary = summary
        self.handle = handle
    }
}
