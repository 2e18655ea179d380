import Foundation
import PIMClient
import PIMCore
import PIMRPC
import Testing

@testable import PIMDaemon

@Suite("Requests on the control socket", .timeLimit(.minutes(1)))
struct RequestTests {
    @Test func nothingIsAnsweredBeforeHello() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { client in
                try await client.send("test.echo", id: 1)
                #expect(try await client.answer().errorCode == -32600)
                // V6; a failed hello leaves the gate shut.
                try await client.send("rpc.hello", id: 2, #"{"rpc_version":99}"#)
                #expect(try await client.answer().errorCode == -32001)
                try await client.send("rpc.hello", id: 3, #"{"rpc_version":"1"}"#)
                #expect(try await client.answer().errorCode == -32602)
                try await client.send("test.echo", id: 4)
                #expect(try await client.answer().errorCode == -32600)
                try await client.send("rpc.hello", id: 5)
                #expect(try await client.answer()["error"] == nil)
                try await client.send("test.echo", id: 6)
                #expect(try await client.answer()["id"] == .integer(6))
            }
        }
    }

    @Test("spec/rpc.md V5")
    func helloIntroducesTheDaemon() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { client in
                try await client.send("rpc.hello", id: 1, #"{"client":"pim-ui/0.0.1","rpc_version":1}"#)
                let answer = try await client.answer()
                #expect(answer.result("rpc_version") == .integer(1))
                #expect(answer.result("daemon") == .string("pim-daemon/1.2.3"))
                #expect(answer.result("features") == .array([]))
                // It may be repeated.
                try await client.hello()
            }
        }
    }

    @Test("spec/rpc.md V7")
    func subscriptionsAreNumbered() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                var ids: [JSONValue?] = []
                for method in ["status.subscribe", "logs.subscribe", "peers.subscribe", "gateway.subscribe"] {
                    try await client.send(method, id: 1)
                    ids.append(try await client.answer().result("subscription_id"))
                }
                #expect(ids == (0..<4).map { .string("rpc-sub-\($0)") })
                for parameters in ["null", "7", #"{"subscription_id":"rpc-sub-0"}"#, #"{"subscription_id":"nope"}"#] {
                    try await client.send("status.unsubscribe", id: 2, parameters)
                    let answer = try await client.answer()
                    #expect(answer["result"] == .null)
                    #expect(answer["error"] == nil)
                }
                // A stream of a plugin this daemon does not have.
                try await client.send("messages.subscribe", id: 3)
                #expect(try await client.answer().errorCode == -32601)
            }
        }
    }

    @Test func unreadableLinesAreAnsweredAndTheConnectionLives() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { client in
                for line in ["not json", "[", "{}", #"{"id":4,"method":1}"#, #"{"id":4,"id":4,"method":"status"}"#] {
                    try await client.send(line + "\r\n\n  \n")
                    let answer = try await client.answer()
                    #expect(answer.errorCode == -32700)
                    #expect(answer["id"] == .null)
                }
                try await client.hello()
                try await client.send(#"{"id":4,"method":"nope"}"# + "\n")
                #expect(try await client.answer().errorCode == -32601)
                try await client.send(#"{"method":"test.echo"}"# + "\n")
                let answer = try await client.answer()
                #expect(answer["id"] == .null)
                #expect(answer["result"] == .object([:]))
            }
        }
    }

    @Test func textThatIsNotUTF8ClosesWithoutAnswer() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                try await client.send("test.echo", id: 1)
                try await client.send(bytes: [0xff, 0xfe, 0x0a])
                #expect(try await client.answer()["id"] == .integer(1))
                try await client.expectEnd()
            }
        }
    }

    @Test func aLineThatIsTooLongIsAnsweredAndCloses() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { client in
                let chunk = String(repeating: "x", count: 65_536)
                for _ in 0..<17 { try? await client.send(chunk) }
                let answer = try await client.answer()
                #expect(answer.errorCode == -32700)
                try await client.expectEnd()
            }
            // Others are not disturbed.
            try await RawClient.with(socket.path) { client in try await client.hello() }
        }
    }

    @Test func answersComeInOrder() async throws {
        try await TestSocket.with { socket in
            socket.registry.register(TestSocket.slow) { _ in
                try await Task.sleep(for: .milliseconds(30))
                return NoResult()
            }
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                for id in 1...20 { try await client.send(id.isMultiple(of: 5) ? "test.slow" : "test.echo", id: id) }
                for id in 1...20 { #expect(try await client.answer()["id"] == .integer(Int64(id))) }
            }
        }
    }

    @Test("the last line without a line ending, and what came before it, is answered (RPC-0)")
    func everythingReceivedBeforeTheEndIsAnswered() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { client in
                try await client.send(
                    #"{"id":1,"method":"rpc.hello"}"# + "\n" + #"{"id":2,"method":"test.large"}"# + "\n"
                        + #"{"id":3,"method":"test.echo"}"#)
                try await client.endRequests()
                for id in 1...3 { #expect(try await client.answer()["id"] == .integer(Int64(id))) }
                try await client.expectEnd()
            }
        }
    }

    @Test func aSlowMethodDelaysNobodyElse() async throws {
        try await TestSocket.with { socket in
            let gate = Gate()
            socket.registry.register(TestSocket.slow) { _ in
                await gate.wait()
                return NoResult()
            }
            try await RawClient.with(socket.path) { waiting in
                try await waiting.hello()
                try await waiting.send("test.slow", id: 1)
                try await RawClient.with(socket.path) { other in
                    try await other.hello()
                    try await other.send("test.echo", id: 2)
                    #expect(try await other.answer()["id"] == .integer(2))
                }
                gate.open()
                #expect(try await waiting.answer()["id"] == .integer(1))
            }
        }
    }

    @Test func failuresOfHandlersAreMapped() async throws {
        struct Unexpected: Error {}
        try await TestSocket.with { socket in
            socket.registry.register(RPCMethod<NoParameters, NoResult>("test.known", summary: "")) { _ in
                throw RPCError(.storageFailed, "disk", data: .integer(5))
            }
            socket.registry.register(RPCMethod<NoParameters, NoResult>("test.unknown", summary: "")) { _ in
                throw Unexpected()
            }
            #expect(!socket.registry.register(TestSocket.echo) { _ in [:] })
            let client = try await ControlClient.connect(to: socket.path, as: "test/1")
            await #expect(throws: RPCError(.storageFailed, "")) { try await client.call(method: "test.known") }
            await #expect(throws: RPCError(.internalError, "")) { try await client.call(method: "test.unknown") }
            await #expect(throws: RPCError(.invalidParams, "")) {
                try await client.call(method: "test.echo", parameters: Array("[]".utf8))
            }
            #expect(try await client.call(TestSocket.echo, ["a": .integer(1)]) == ["a": .integer(1)])
            await client.close()
        }
    }

    @Test func aClientWithoutPatienceGivesUpAloneOnItsCall() async throws {
        try await TestSocket.with { socket in
            let gate = Gate()
            socket.registry.register(TestSocket.slow) { _ in
                await gate.wait()
                return NoResult()
            }
            let client = try await ControlClient.connect(to: socket.path, as: "test/1")
            await #expect(throws: ControlClientError(.timedOut, path: "", "")) {
                try await client.call(TestSocket.slow, timeout: .milliseconds(50))
            }
            let cancelled = Task { try await client.call(TestSocket.slow) }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            gate.open()
            #expect(try await client.call(TestSocket.echo, [:]) == [:])
            await client.close()
            await #expect(throws: ControlClientError(.closed, path: "", "")) {
                try await client.call(TestSocket.echo, [:])
            }
        }
    }
}

/// Opens once; whoever waits goes on.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func open() { continuation.finish() }

    func wait() async {
        for await _ in stream {}
    }
}
