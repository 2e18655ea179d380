import PIMCore
import Testing

@testable import PIMRPC

@Suite("Parameters")
struct RPCCodingTests {
    private let node = "a3f1b2c40000000000000000" + "9d32e0f8"

    private func decode<Parameters: Decodable>(_ type: Parameters.Type, _ text: String) throws -> Parameters {
        try RPCCoding.decodeParameters(type, from: Array(text.utf8), of: "some.method")
    }

    @Test func nullIsAnObjectWithoutMembers() throws {
        #expect(try decode(HelloParameters.self, "null") == HelloParameters(client: nil, rpcVersion: nil))
        #expect(throws: RPCError(.invalidParams, "")) { try decode(ForgetPeerParameters.self, "null") }
    }

    @Test("parameters of the wrong shape", arguments: ["[]", "1", #""x""#, #"{"rpc_version":-1}"#, #"{"client":1}"#])
    func wrongShapes(text: String) {
        #expect(throws: RPCError(.invalidParams, "")) { try decode(HelloParameters.self, text) }
    }

    @Test func theMessageNamesMethodAndMember() {
        do {
            _ = try decode(ForgetPeerParameters.self, "{}")
            Issue.record("decoded without its member")
        } catch let error as RPCError {
            #expect(error.message == "some.method: “node_id” is missing")
        } catch {
            Issue.record(error)
        }
    }

    @Test(
        "what does not fit is named, and what would",
        arguments: [
            (#"{"max_connections":-1}"#, "“max_connections” is not a whole number from 0 to 4294967295"),
            (#"{"max_connections":1.5}"#, "“max_connections” is not a whole number from 0 to 4294967295"),
            (#"{"max_connections":1e30}"#, "“max_connections” is not a whole number from 0 to 4294967295"),
            (#"{"max_connections":4294967296}"#, "“max_connections” is not a whole number from 0 to 4294967295"),
            (#"{"max_connections":1e999}"#, "a number is out of range"),
            (#"{"max_connections":"1"}"#, "“max_connections” is not a whole number from 0 to 4294967295"),
            (#"{"nat_interface":7}"#, "“nat_interface” is not a text"),
        ])
    func misfits(members: String, text: String) {
        let complete = members.contains("nat_interface") ? members : #"{"nat_interface":"up0","# + members.dropFirst()
        #expect {
            _ = try decode(GatewayEnableParameters.self, complete)
        } throws: { error in
            (error as? RPCError)?.message == "some.method: \(text)"
        }
    }

    @Test(
        "words that are none are shown with those there are",
        arguments: [#"{"min_level":"xx"}"#, #"{"levels":["info","xx"]}"#])
    func unknownWords(text: String) {
        let member = text.contains("levels") ? "levels.1" : "min_level"
        #expect {
            _ = try decode(LogFilter.self, text)
        } throws: { error in
            (error as? RPCError)?.message
                == "some.method: “\(member)” cannot be “xx”; it is one of trace, debug, info, warn, error"
        }
    }

    @Test("less than nothing is too short an interval, and no wrong shape", arguments: ["-1", "-1.5", "-1e30"])
    func negativeIntervals(number: String) throws {
        let parameters = try decode(SetBroadcastParameters.self, #"{"outgoing_interval_s":\#(number)}"#)
        #expect(parameters.outgoingInterval == .seconds(0))
        #expect(throws: RPCError(.invalidParams, "")) {
            try decode(SetBroadcastParameters.self, #"{"outgoing_interval_s":"x"}"#)
        }
    }

    @Test func longParametersAreNotSearched() {
        let text = #"{"rpc_version":-1,"client":"\#(String(repeating: "x", count: JSONMisfit.longestSearched))"}"#
        #expect {
            _ = try decode(HelloParameters.self, text)
        } throws: { error in
            (error as? RPCError)?.message == "some.method: a number is out of range"
        }
    }

    @Test(
        "node ids are read strictly",
        arguments: ["+f", "é", "ab", "", "0x000000000000000000000000000000ab", " a3f1b2c400000000000000009d32e0f8"])
    func badNodeIDs(text: String) {
        #expect(throws: RPCError(.invalidParams, "")) {
            try decode(ForgetPeerParameters.self, #"{"node_id":"\#(text)"}"#)
        }
        let padded = String((text + String(repeating: "é", count: 16)).prefix(16))
        #expect(throws: RPCError(.invalidParams, "")) {
            try decode(ForgetPeerParameters.self, #"{"node_id":"\#(padded)"}"#)
        }
    }

    @Test(
        "absent, true and false differ",
        arguments: [("", nil), (#","also_delete_messages":true"#, true), (#","also_delete_messages":false"#, false)]
            as [(String, Bool?)])
    func triState(member: String, expected: Bool?) throws {
        let parameters = try decode(ForgetPeerParameters.self, #"{"node_id":"\#(node.uppercased())"\#(member)}"#)
        #expect(parameters.alsoDeleteMessages == expected)
        #expect(parameters.nodeID.description == node)
    }

    @Test("parameters nobody looks at", arguments: ["null", "1", "[1,2]", #"{"subscription_id":7}"#, #""x""#])
    func anythingGoes(text: String) throws {
        _ = try decode(NoParameters.self, text)
        #expect(try decode(SubscriptionReference.self, text).subscriptionID == nil)
    }

    @Test func filtersOfLogs() throws {
        let filter = try decode(LogFilter.self, #"{"min_level":"warn","sources":["pim_daemon::a"]}"#)
        #expect(filter.admits(.error, source: "pim_daemon::abc"))
        #expect(!filter.admits(.info, source: "pim_daemon::abc"))
        #expect(!filter.admits(.error, source: "pim_node"))
        let levels = try decode(LogFilter.self, #"{"min_level":"error","levels":["trace"]}"#)
        #expect(levels.admits(.trace, source: ""))
        #expect(!levels.admits(.error, source: ""))
        #expect(throws: RPCError(.invalidParams, "")) { try decode(LogFilter.self, #"{"min_level":"loud"}"#) }
    }
}
