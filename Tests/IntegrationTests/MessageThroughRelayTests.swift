import Foundation
import PIMClient
import PIMCore
import PIMMessaging
import PIMRPC
import Testing

/// Three daemons a – r – b: what `make demo` shows, as tests.
@Suite(.serialized) struct MessageThroughRelayTests {
    /// MS-15: nothing that the relay keeps has the body in it.
    @Test func messageArrivesThroughRelayAndReceiptComesBack() async throws {
        let relay = try await DaemonUnderTest.start("r")
        let a = try await DaemonUnderTest.start("a", peers: [relay.port], plugins: [MessagingPlugin()])
        let b = try await DaemonUnderTest.start("b", peers: [relay.port], plugins: [MessagingPlugin()])
        try await eventually("a has a route to b") { try await a.hasRoute(to: b.nodeID) }

        let body = "through the relay \(UUID())"
        let id = try await a.send(body, to: b.nodeID)
        try await eventually("b has the message") { try await b.messages(with: a.nodeID).first?.body == body }
        try await eventually("a has the receipt") { try await a.messages(with: b.nodeID).first?.status == .delivered }
        #expect(try await b.messages(with: a.nodeID).map(\.id) == [id])

        for daemon in [a, b, relay] { try await daemon.stop() }
        let relayed = try FileManager.default.subpathsOfDirectory(atPath: relay.directory.path)
        for file in relayed {
            let content = FileManager.default.contents(atPath: relay.directory.appendingPathComponent(file).path)
            #expect(content?.range(of: Data(body.utf8)) == nil, "\(file) of the relay holds the body")
        }
    }

    /// MS-13.
    @Test func messageToNodeThatIsAwayArrivesOnceItIsBack() async throws {
        let relay = try await DaemonUnderTest.start("r")
        let a = try await DaemonUnderTest.start("a", peers: [relay.port], plugins: [MessagingPlugin()])
        let b = try await DaemonUnderTest.start("b", peers: [relay.port], plugins: [MessagingPlugin()])
        try await eventually("a has a route to b") { try await a.hasRoute(to: b.nodeID) }
        _ = try await a.send("first", to: b.nodeID)
        try await eventually("the first is delivered") {
            try await a.messages(with: b.nodeID).first?.status == .delivered
        }
        try await b.stop()
        try await eventually("a has lost the route") { try await !a.hasRoute(to: b.nodeID) }

        _ = try await a.send("second", to: b.nodeID)
        #expect(try await a.messages(with: b.nodeID).first?.status == .pending)
        try await a.stop()
        let again = try await DaemonUnderTest.start(
            "a", in: a.directory, peers: [relay.port], plugins: [MessagingPlugin()])
        let back = try await DaemonUnderTest.start(
            "b", in: b.directory, peers: [relay.port], plugins: [MessagingPlugin()])
        #expect(again.nodeID == a.nodeID)
        try await eventually("the second is delivered") {
            try await again.messages(with: b.nodeID).first?.status == .delivered
        }
        #expect(try await back.messages(with: a.nodeID).map(\.body) == ["second", "first"])
        for daemon in [again, back, relay] { try await daemon.stop() }
    }

    /// MS-8.
    @Test func forgettingPeerWipesItsMessages() async throws {
        let b = try await DaemonUnderTest.start("b", plugins: [MessagingPlugin()])
        let a = try await DaemonUnderTest.start("a", peers: [b.port], plugins: [MessagingPlugin()])
        try await eventually("a has a route to b") { try await a.hasRoute(to: b.nodeID) }
        _ = try await a.send("soon gone", to: b.nodeID)
        try await eventually("delivered") { try await a.messages(with: b.nodeID).first?.status == .delivered }

        let result = try await a.client.call(RPC.forgetPeer, ForgetPeerParameters(nodeID: b.nodeID))
        #expect(result.forgotIdentity)
        #expect(result.deletedMessages == 1)
        #expect(result.deletedConversation)
        #expect(try await a.messages(with: b.nodeID).isEmpty)
        for daemon in [a, b] { try await daemon.stop() }
    }
}
