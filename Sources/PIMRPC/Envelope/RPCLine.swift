public import PIMCore

/// Builds the lines that travel on the control socket, newline included (`spec/rpc.md` §1.3, §1.4).
public struct RPCLine {
    private(set) var bytes = Array(#"{"jsonrpc":"2.0""#.utf8)

    /// A successful answer; `result` is JSON text and is present even when it is `null`.
    public static func success(id: [UInt8], result: [UInt8]) -> [UInt8] {
        build { line in
            line.member("id", id)
            line.member("result", result)
        }
    }

    /// An answer that failed; `data` is left out when there is none.
    public static func failure(id: [UInt8], _ error: RPCError) -> [UInt8] {
        build { line in
            line.member("id", id)
            line.member("error", Self.object(of: error))
        }
    }

    /// A notification: no `id` member, `params` JSON text of an object.
    public static func notification(_ method: String, parameters: [UInt8]) -> [UInt8] {
        build { line in
            line.member("method", quote(method))
            line.member("params", parameters)
        }
    }

    /// One line for the answers of a batch, themselves lines.
    public static func batch(_ answers: [[UInt8]]) -> [UInt8] {
        var line = [UInt8(ascii: "[")]
        for (index, answer) in answers.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            line.append(contentsOf: answer.last == UInt8(ascii: "\n") ? answer.dropLast() : answer[...])
        }
        line.append(UInt8(ascii: "]"))
        line.append(UInt8(ascii: "\n"))
        return line
    }

    static func build(_ members: (inout RPCLine) -> Void) -> [UInt8] {
        var line = RPCLine()
        members(&line)
        line.bytes.append(UInt8(ascii: "}"))
        line.bytes.append(UInt8(ascii: "\n"))
        return line.bytes
    }

    mutating func member(_ name: String, _ value: [UInt8]) {
        bytes.append(contentsOf: #","\#(name)":"#.utf8)
        let start = bytes.count
        bytes.append(contentsOf: value)
        // A newline in JSON text can only be white space between values, and would cut the line in two.
        for position in start..<bytes.count where bytes[position] == 0x0a || bytes[position] == 0x0d {
            bytes[position] = 0x20
        }
    }

    static func quote(_ text: String) -> [UInt8] {
        // Encoding a string cannot fail.
        (try? RPCCoding.encode(text)) ?? Array(#""""#.utf8)
    }

    private static func object(of error: RPCError) -> [UInt8] {
        struct Body: Encodable {
            var code: Int
            var message: String
            var data: JSONValue?
        }
        let body = Body(code: error.code.rawValue, message: error.message, data: error.data)
        // Data with a number JSON cannot write is dropped rather than the whole answer.
        let text = try? RPCCoding.encode(body)
        return text ?? Array(#"{"code":\#(error.code.rawValue),"message":""}"#.utf8)
    }
}
