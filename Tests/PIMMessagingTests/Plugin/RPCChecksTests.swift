import Foundation
import PIMCore
import PIMPlugin
import PIMRPC
import PIMTesting
import Testing

@testable import PIMMessaging

/// The checks of `spec/messaging.md` §11 and their order, as a client meets them.
@Suite struct RPCChecksTests {
    private static let unknown = String(repeating: "ff", count: 16)

    /// What a method answers to a request on a node with one neighbour.
    private func error(_ method: String, _ parameters: String) async throws -> RPCError? {
        let mesh = PluginMesh()
        let clock = TestClock()
        let node = try await mesh.addMessagingNode("anna", clock: clock)
        var caught: RPCError?
        do {
            _ = try await node.call("messages.\(method)", parameters)
        } catch let error as RPCError {
            caught = error
        }
        await mesh.stop()
        return caught
    }

    private static let refusals: [(String, String, RPCError.Code)] = [
        ("send", "null", .invalidParams),
        ("send", "[]", .invalidParams),
        ("send", #"{"body": "x"}"#, .invalidParams),
        ("send", #"{"peer_node_id": 7, "body": "x"}"#, .invalidParams),
        ("send", #"{"peer_node_id": "\#(unknown)", "body": ""}"#, .invalidParams),
        ("send", #"{"peer_node_id": "short", "body": "x"}"#, .invalidParams),
        ("send", #"{"peer_node_id": "+f\#(unknown.dropFirst(2))", "body": "x"}"#, .invalidParams),
        ("send", #"{"peer_node_id": "éééééééééééééééé", "body": "x"}"#, .invalidParams),
        ("send", #"{"peer_node_id": "\#(unknown)", "body": "x"}"#, .messagePeerUnknown),
        ("send", #"{"peer_node_id": "bad", "body": "\#(String(repeating: "x", count: 8193))"}"#, .messageBodyTooLarge),
        ("history", "{}", .invalidParams),
        ("history", #"{"peer_node_id": "zz"}"#, .invalidParams),
        ("history", #"{"peer_node_id": "\#(unknown)", "limit": "many"}"#, .invalidParams),
        ("history", #"{"peer_node_id": "\#(unknown)", "before_id": "zz"}"#, .invalidParams),
        ("history", #"{"peer_node_id": "\#(unknown)", "before_id": "\#(unknown)"}"#, .invalidParams),
        ("mark_read", #"{"peer_node_id": "\#(unknown)"}"#, .invalidParams),
        ("mark_read", #"{"peer_node_id": "zz", "up_to_ts_ms": 1}"#, .invalidParams),
        ("delete_conversation", #"{"peer_node_id": "zz"}"#, .invalidParams),
    ]

    @Test(arguments: refusals)
    func refuses(method: String, parameters: String, code: RPCError.Code) async throws {
        let error = try #require(try await error(method, parameters))
        #expect(error.code == code)
        if code == .invalidParams { #expect(error.message.contains(method)) }
    }

    /// MS-9, MS-10.
    @Test func saysWhatClientsLookFor() async throws {
        let empty = try await error("send", #"{"peer_node_id": "\#(Self.unknown)", "body": ""}"#)
        #expect(empty?.message.contains("non-empty") == true)
        let unknown = try await error("send", #"{"peer_node_id": "\#(Self.unknown)", "body": "x"}"#)
        #expect(unknown?.message.contains("no x25519") == true)
    }

    @Test(arguments: ["null", "[]", "{}", "7", #"{"anything": [1]}"#])
    func parametersOfMethodsWithoutAnyAreIgnored(parameters: String) async throws {
        #expect(try await error("list_conversations", parameters) == nil)
        #expect(try await error("delete_all", parameters) == nil)
    }

    @Test func anUnknownPeerIsNoErrorWhereNothingIsSent() async throws {
        let peer = #"{"peer_node_id": "\#(Self.unknown.uppercased())", "up_to_ts_ms": 5, "before_ts_ms": null}"#
        for method in ["history", "mark_read", "delete_conversation"] {
            #expect(try await error(method, peer) == nil, "\(method)")
        }
    }

    @Test func upperCaseIdentifiersMatchAndLimitsAreClamped() async throws {
        let mesh = PluginMesh()
        let clock = TestClock()
        let anna = try await mesh.addMessagingNode("anna", clock: clock)
        let ben = try await mesh.addMessagingNode("ben", clock: clock)
        mesh.connect(anna, ben)
        for _ in 0..<3 { try await anna.send("hello", to: ben) }
        for (limit, count, hasMore) in [(-5, 1, true), (0, 1, true), (2, 2, true), (100_000, 3, false)] {
            let text = try await anna.call(
                "messages.history", #"{"peer_node_id": "\#(ben.id.description.uppercased())", "limit": \#(limit)}"#)
            let page = try JSONDecoder().decode(MessageHistoryPage.self, from: Data(text.utf8))
            #expect(page.messages.count == count)
            #expect(page.hasMore == hasMore)
        }
        await mesh.stop()
    }

    @Test func beforeStartAndAfterShutdownMethodsSaySo() async throws {
        let plugin = MessagingPlugin(clock: TestClock())
        let method = try #require(plugin.rpcMethods.first { $0.name == "list_conversations" })
        await #expect(throws: RPCError(.internalError, "")) { try await method.handle(Array("null".utf8)) }
    }
}
