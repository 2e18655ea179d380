public import PIMCore

/// One request as it came over the control socket (`spec/rpc.md` §1.4).
public struct RPCRequest: Sendable, Hashable {
    /// JSON text of `id` exactly as the client wrote it; `null` when absent. Echoed unchanged.
    public var id: [UInt8]
    public var method: String
    /// JSON text of `params`; `null` when absent.
    public var parameters: [UInt8]

    public init(id: [UInt8] = RPCRequest.null, method: String, parameters: [UInt8] = RPCRequest.null) {
        self.id = id
        self.method = method
        self.parameters = parameters
    }

    /// The JSON text `null`.
    public static let null = Array("null".utf8)

    /// Reads one line. Lenient where clients are: `jsonrpc` is not checked, unknown members are ignored and a request
    /// without `id` is answered like any other.
    ///
    /// - Throws: `RPCError.parseError` for a line that is not a JSON object, lacks `method`, has a `method` that is no
    ///   string or repeats a known member. It is answered with `id` null, even if an `id` was readable. A line may also be a
    ///   batch: ``RPCCall``.
    public init(parsing line: [UInt8]) throws(RPCError) {
        let members: [JSONScanner.Member]?
        do {
            members = try JSONScanner.members(of: line)
        } catch {
            throw Self.unreadable("\(error.reason) at byte \(error.position)")
        }
        guard let members else { throw Self.unreadable("a request is an object") }

        var known: [String: [UInt8]] = [:]
        for member in members {
            guard let name = Self.text(member.name), Self.memberNames.contains(name) else { continue }
            guard known.updateValue(Array(member.value), forKey: name) == nil else {
                throw Self.unreadable("the member “\(name)” is repeated")
            }
        }
        guard let method = known["method"] else { throw Self.unreadable("the member “method” is missing") }
        guard let name = Self.text(method[...]) else { throw Self.unreadable("the member “method” is not a string") }
        self.init(id: known["id"] ?? Self.null, method: name, parameters: known["params"] ?? Self.null)
    }

    /// One line, newline included.
    public var line: [UInt8] {
        RPCLine.build { line in
            line.member("id", id)
            line.member("method", RPCLine.quote(method))
            line.member("params", parameters)
        }
    }

    private static let memberNames: Set<String> = ["jsonrpc", "id", "method", "params"]

    private static func unreadable(_ reason: String) -> RPCError {
        RPCError(.parseError, "parse error: \(reason)")
    }

    /// The content of a JSON string; `nil` for any other value.
    private static func text(_ json: ArraySlice<UInt8>) -> String? {
        guard json.first == UInt8(ascii: "\"") else { return nil }
        if json.contains(UInt8(ascii: "\\")) { return try? RPCCoding.decode(String.self, from: json) }
        return String(decoding: json.dropFirst().dropLast(), as: UTF8.self)
    }
}
