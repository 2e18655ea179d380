import PIMCore
import Testing

@testable import PIMRPC

@Suite("Reading requests")
struct RPCRequestTests {
    private func parse(_ text: String) throws -> RPCRequest {
        try RPCRequest(parsing: Array(text.utf8))
    }

    @Test(
        "the id is echoed as it was written",
        arguments: [
            "1", "18446744073709551616", "1.0", "-0", "1e3", #""a\u00e9\n""#, "null", "true", #"{"a": [1, 2]}"#, "[]",
        ])
    func identifierIsKept(id: String) throws {
        let request = try parse(#"{"jsonrpc":"2.0","id":\#(id),"method":"status"}"#)
        #expect(String(decoding: request.id, as: UTF8.self) == id)
        let answer = RPCLine.success(id: request.id, result: RPCRequest.null)
        #expect(String(decoding: answer, as: UTF8.self) == #"{"jsonrpc":"2.0","id":\#(id),"result":null}"# + "\n")
    }

    @Test func missingMembersBecomeNull() throws {
        let request = try parse(#"{"method":"status"}"#)
        #expect(request == RPCRequest(method: "status"))
        #expect(request.id == Array("null".utf8))
        #expect(request.parameters == Array("null".utf8))
    }

    @Test(
        "leniency",
        arguments: [
            #"{"method":"x","id":1,"jsonrpc":"1.0"}"#, #"{"method":"x","id":1,"jsonrpc":7}"#,
            #"{"method":"x","id":1,"extra":{"deep":[[]]},"extra":2}"#, #" { "id" : 1 , "method" : "x" } "#,
            #"{"\u006dethod":"\u0078","id":1}"#,
        ])
    func unusualRequestsAreRead(text: String) throws {
        let request = try parse(text)
        #expect(request.method == "x")
        #expect(request.id == Array("1".utf8))
    }

    @Test(
        "what is no request",
        arguments: [
            "not json", "{", "}", "[]", "1", "null", #""status""#, "{}", #"{"id":1}"#, #"{"method":1}"#,
            #"{"method":null,"id":1}"#, #"{"method":"a","method":"a"}"#, #"{"id":1,"id":1,"method":"a"}"#,
            #"{"id":1,"\u0069d":1,"method":"a"}"#, #"{"params":1,"params":1,"method":"a"}"#,
            #"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"a"}"#, #"[{"method":"status","id":1}]"#,
            #"["2.0",1,"status",null]"#, #"{"method":"a"} {}"#, #"{"method":"a",}"#, #"{"method":"a""#,
            #"{'method':'a'}"#, #"{"method":"a","id":01}"#, #"{"method":"a","id":+1}"#, #"{"method":"a","id":.5}"#,
            #"{"method":"a","id":1.}"#, #"{"method":"a","id":1e}"#, #"{"method":"a","id":NaN}"#,
            #"{"method":"a","id":tru}"#, #"{"method":"\x"}"#, #"{"method":"\u12g4"}"#, "{\"method\":\"a\u{1}\"}",
            #"{"method":"\ud800"}"#, #"{"method":"a" "id":1}"#,
        ])
    func nonsenseIsAParseError(text: String) {
        #expect(throws: RPCError(.parseError, "")) { try parse(text) }
    }

    @Test func nestingIsBounded() {
        let open = String(repeating: "[", count: 100_000)
        #expect(throws: RPCError(.parseError, "")) { try parse(#"{"method":"a","params":\#(open)"#) }
        let deep = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
        #expect(throws: Never.self) { try parse(#"{"method":"a","params":\#(deep)}"#) }
    }

    @Test func everyTruncationOfARequestIsRefused() throws {
        let whole = Array(#"{"jsonrpc":"2.0","id":-1.5e+3,"method":"a\n","params":{"a":[true,false,null,"x"]}}"#.utf8)
        #expect(throws: Never.self) { try RPCRequest(parsing: whole) }
        for count in 0..<whole.count {
            #expect(throws: RPCError(.parseError, "")) { try RPCRequest(parsing: Array(whole[..<count])) }
        }
    }

    @Test func aRequestSurvivesItsLine() throws {
        let request = RPCRequest(id: Array("7".utf8), method: "a\"b", parameters: Array(#"{"x":1}"#.utf8))
        #expect(try RPCRequest(parsing: request.line) == request)
    }
}
