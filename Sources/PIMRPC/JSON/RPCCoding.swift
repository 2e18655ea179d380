internal import Foundation
public import PIMCore

/// The one way values become JSON text on the control socket, and back.
public enum RPCCoding {
    /// Compact JSON with sorted keys; no newline outside of strings, where it is escaped.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(value))
    }

    /// As ``encode(_:)``, indented for people.
    public static func encodeForPeople(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    public static func decode<Value: Decodable>(_ type: Value.Type, from text: some Sequence<UInt8>) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text))
    }

    /// Decodes the parameters of a request; `null` is the same as an object without members (`spec/rpc.md` §1.4).
    ///
    /// - Throws: `RPCError.invalidParams`, its text naming the method and the offending member.
    public static func decodeParameters<Parameters: Decodable>(
        _ type: Parameters.Type, from text: [UInt8], of method: String
    ) throws(RPCError) -> Parameters {
        let object = text == Array("null".utf8) ? Array("{}".utf8) : text
        do {
            return try decode(type, from: object)
        } catch let error as DecodingError {
            let value = object.count > JSONMisfit.longestSearched ? nil : try? decode(JSONValue.self, from: object)
            throw RPCError(.invalidParams, "\(method): \(JSONMisfit(reading: type, from: value, after: error))")
        } catch {
            throw RPCError(.invalidParams, "\(method): parameters of the wrong shape")
        }
    }

    /// One clause for people about what did not fit.
    public static func describe(_ error: DecodingError) -> String { JSONMisfit(error).description }
}
