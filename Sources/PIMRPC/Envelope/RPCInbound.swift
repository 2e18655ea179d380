public import PIMCore

/// One line a client receives (`spec/rpc.md` §1.4).
public enum RPCInbound: Sendable {
    /// The answer to the request with this number. The result is JSON text.
    case response(id: UInt64, Result<[UInt8], RPCError>)
    /// The daemon refused something that has no number, such as a line it could not read or the connection itself.
    case refusal(RPCError)
    /// A method without an answer and its parameters as JSON text.
    case notification(method: String, parameters: [UInt8])

    /// - Throws: `RPCError.parseError` for a line that is none of these.
    public init(parsing line: [UInt8]) throws(RPCError) {
        guard let members = try? JSONScanner.members(of: line) else {
            throw RPCError(.parseError, "parse error: not a JSON object")
        }
        var values: [String: [UInt8]] = [:]
        for member in members {
            values[String(decoding: member.name.dropFirst().dropLast(), as: UTF8.self)] = Array(member.value)
        }
        if let method = values["method"].flatMap({ try? RPCCoding.decode(String.self, from: $0) }) {
            self = .notification(method: method, parameters: values["params"] ?? RPCRequest.null)
            return
        }
        let id = values["id"].flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
        if let text = values["error"] {
            guard let body = try? RPCCoding.decode(ErrorBody.self, from: text) else {
                throw RPCError(.parseError, "parse error: not an error object")
            }
            let error = RPCError(.init(rawValue: body.code), body.message, data: body.data)
            self = id.map { .response(id: $0, .failure(error)) } ?? .refusal(error)
        } else if let id, let result = values["result"] {
            self = .response(id: id, .success(result))
        } else {
            throw RPCError(.parseError, "parse error: neither an answer nor a notification")
        }
    }

    private struct ErrorBody: Decodable {
        var code: Int
        var message: String
        var data: JSONValue?
    }
}
