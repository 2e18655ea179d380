import PIMCore
import Testing

@testable import PIMRPC

/// One line asks for one thing or for several.
@Suite struct RPCCallTests {
    private func entries(_ text: String) throws -> [Result<RPCRequest, RPCError>] {
        guard case .batch(let entries) = try RPCCall(parsing: Array(text.utf8)) else { return [] }
        return entries
    }

    @Test func anObjectIsOneRequest() throws {
        guard case .single(let request) = try RPCCall(parsing: Array(#" {"id":7,"method":"a.b"} "#.utf8)) else {
            Issue.record("a batch")
            return
        }
        #expect((request.id, request.method) == (Array("7".utf8), "a.b"))
    }

    @Test func entriesKeepTheirOrderAndTheirFailures() throws {
        let entries = try entries(
            #"[ {"method":"a","params":[1,{"b":[2]}]} , 3 , [{"method":"c"}],{"method":"d","id":"x"}]"#)
        #expect(entries.map { (try? $0.get())?.method } == ["a", nil, nil, "d"])
        #expect(try entries[0].get().parameters == Array(#"[1,{"b":[2]}]"#.utf8))
    }

    @Test(arguments: ["[", "[1", "[1,]", "[1}", "[1] 2", "[{]"])
    func whatIsNoJSONIsAParseError(text: String) {
        #expect(throws: RPCError(.parseError, "")) { try RPCCall(parsing: Array(text.utf8)) }
    }

    @Test func emptyAndEndlessBatchesAreRefused() throws {
        let most = Array(repeating: #"{"method":"a"}"#, count: RPCCall.maximumBatch)
        #expect(try entries("[\(most.joined(separator: ","))]").count == RPCCall.maximumBatch)
        for text in ["[]", "[ ]", "[\((most + ["1"]).joined(separator: ","))]"] {
            #expect(throws: RPCError(.invalidRequest, "")) { try RPCCall(parsing: Array(text.utf8)) }
        }
    }

    @Test func answersAreOneLine() {
        let line = RPCLine.batch([
            RPCLine.success(id: Array("1".utf8), result: Array("{}".utf8)),
            RPCLine.failure(id: RPCRequest.null, RPCError(.parseError, "no")),
        ])
        let text = String(decoding: line, as: UTF8.self)
        #expect(text.hasPrefix(#"[{"jsonrpc":"2.0","id":1,"result":{}},{"#))
        #expect(text.hasSuffix("}]\n") && text.filter { $0 == "\n" }.count == 1)
    }
}
