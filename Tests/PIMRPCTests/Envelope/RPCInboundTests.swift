import PIMCore
import Testing

@testable import PIMRPC

@Suite("Lines a client receives")
struct RPCInboundTests {
    @Test func answersCarryTheirResult() throws {
        let line = RPCLine.success(id: Array("18446744073709551615".utf8), result: Array(#"{"a":1}"#.utf8))
        guard case .response(.max, .success(let result)) = try RPCInbound(parsing: line) else {
            Issue.record("not an answer")
            return
        }
        #expect(result == Array(#"{"a":1}"#.utf8))
    }

    @Test func failuresCarryCodeMessageAndData() throws {
        let data = JSONValue.object(["node_id": .string("ab")])
        let line = RPCLine.failure(id: Array("3".utf8), RPCError(.identityMismatch, "no", data: data))
        guard case .response(3, .failure(let error)) = try RPCInbound(parsing: line) else {
            Issue.record("not a failure")
            return
        }
        #expect(error.code == .identityMismatch)
        #expect(error.message == "no")
        #expect(error.data == data)
    }

    @Test func dataIsLeftOutWhenThereIsNone() {
        let line = RPCLine.failure(id: RPCRequest.null, RPCError(.parseError, "parse error: x"))
        let text = #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error: x"}}"# + "\n"
        #expect(String(decoding: line, as: UTF8.self) == text)
    }

    @Test func notificationsHaveNoIdentifier() throws {
        let line = RPCLine.notification("status.event", parameters: Array(#"{"kind":"route_on"}"#.utf8))
        let text = #"{"jsonrpc":"2.0","method":"status.event","params":{"kind":"route_on"}}"# + "\n"
        #expect(String(decoding: line, as: UTF8.self) == text)
        guard case .notification("status.event", let parameters) = try RPCInbound(parsing: line) else {
            Issue.record("not a notification")
            return
        }
        #expect(parameters == Array(#"{"kind":"route_on"}"#.utf8))
    }

    @Test func aPrettyPrintedResultStaysOneLine() {
        let line = RPCLine.success(id: Array("1".utf8), result: Array("{\r\n  \"a\": 1\n}".utf8))
        #expect(line.count { $0 == 0x0a } == 1)
        #expect(line.last == 0x0a)
    }

    @Test func aFailureWithoutNumberIsARefusal() throws {
        let line = RPCLine.failure(id: RPCRequest.null, RPCError(.notReady, "full"))
        guard case .refusal(let error) = try RPCInbound(parsing: line) else {
            Issue.record("not a refusal")
            return
        }
        #expect(error.code == .notReady)
    }

    @Test(
        "nonsense", arguments: ["", "x", "[]", "{}", #"{"id":1}"#, #"{"id":"a","result":1}"#, #"{"error":1,"id":1}"#])
    func nonsenseIsRefused(text: String) {
        #expect(throws: RPCError(.parseError, "")) { try RPCInbound(parsing: Array(text.utf8)) }
    }
}
