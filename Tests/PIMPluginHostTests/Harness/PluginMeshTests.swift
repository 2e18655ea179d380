import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct PluginMeshTests {
    @Test func payloadTravelsOverARelayToTheSamePlugin() async throws {
        let mesh = PluginMesh()
        let (first, last) = (ProbePlugin("probe"), ProbePlugin("probe"))
        let a = try await mesh.addNode("a", plugins: [first])
        let r = try await mesh.addNode("r", plugins: [])
        let b = try await mesh.addNode("b", plugins: [last])
        let sender = try #require(first.context).control
        let payload = OutboundPayload(kind: "probe.msg", body: [1, 2, 3])
        #expect(sender.send(payload, to: b.id) == .noRoute)
        mesh.connect(a, r)
        mesh.connect(r, b)
        #expect(sender.send(payload, to: b.id) == .queued(.unauthenticated))
        await mesh.settle()
        #expect(last.bodies == [[1, 2, 3]])
        #expect(last.payloads.first?.source == a.id)
        #expect(last.payloads.first?.arrival == .routed)
        #expect(first.context?.peers.x25519Key(of: b.id) == b.identity.x25519PublicKey)
        #expect(first.context?.peers.isConnected(b.id) == false)
        mesh.disconnect(r, b)
        #expect(sender.send(payload, to: b.id) == .noRoute)
        #expect(mesh.sent(by: a).map(\.result) == [.noRoute, .queued(.unauthenticated), .noRoute])
        await mesh.stop()
    }

    @Test func sealedBoxOpensAtItsRecipientOnly() async throws {
        let mesh = PluginMesh()
        let plugins = (0..<3).map { _ in ProbePlugin("probe") }
        let a = try await mesh.addNode("a", plugins: [plugins[0]])
        let b = try await mesh.addNode("b", plugins: [plugins[1]])
        _ = try await mesh.addNode("c", plugins: [plugins[2]])
        mesh.connect(a, b)
        let identities = try plugins.map { try #require($0.context).identity }
        let key = try #require(plugins[0].context?.peers.x25519Key(of: b.id))
        let box = try identities[0].seal([9, 9], to: key)
        #expect(box.count == 62)
        #expect(try identities[1].open(box) == [9, 9])
        #expect(throws: PIMError.self) { try identities[2].open(box) }
        let signature = try identities[0].sign([5])
        #expect(identities[1].verify(signature, of: [5], by: a.identity.ed25519PublicKey))
        #expect(!identities[1].verify(signature, of: [6], by: a.identity.ed25519PublicKey))
        await mesh.stop()
    }

    @Test func changesOfTheMeshAreEvents() async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("probe")
        let a = try await mesh.addNode("a", plugins: [plugin])
        let b = try await mesh.addNode("b", plugins: [])
        var events = try #require(plugin.context).peers.events().makeAsyncIterator()
        mesh.connect(a, b)
        let key = b.identity.x25519PublicKey
        #expect(await events.next() == .seen(peer: b.id, key: key, name: "b", via: .direct))
        #expect(await events.next() == .connected(peer: b.id))
        #expect(await events.next() == .routeUp(peer: b.id))
        mesh.disconnect(a, b)
        #expect(await events.next() == .disconnected(peer: b.id))
        #expect(await events.next() == .routeDown(peer: b.id))
        _ = await a.forget(b.id)
        #expect(await events.next() == .forgotten(peer: b.id))
        await mesh.stop()
        #expect(await events.next() == nil)
    }

    @Test func readerThatFallsBehindGetsOneResync() async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("probe")
        let a = try await mesh.addNode("a", plugins: [plugin])
        var events = try #require(plugin.context).peers.events().makeAsyncIterator()
        for number in 0..<300 {
            a.directory.learn(.sample(number), key: a.identity.x25519PublicKey, name: "")
        }
        #expect(await events.next() == .resync)
        #expect(
            await events.next() == .seen(peer: .sample(257), key: a.identity.x25519PublicKey, name: "", via: .routed))
        await mesh.stop()
    }

    @Test func transitIsTheTestsChoice() async throws {
        let mesh = PluginMesh()
        let (first, last) = (ProbePlugin("probe"), ProbePlugin("probe"))
        let a = try await mesh.addNode("a", plugins: [first])
        let b = try await mesh.addNode("b", plugins: [last])
        mesh.connect(a, b)
        mesh.onTransit { payload in
            switch payload.body {
            case [1]: .lose
            case [2]: .duplicate
            case [3]: .hold
            default: .deliver
            }
        }
        let sender = try #require(first.context).control
        for number in 1...4 as ClosedRange<UInt8> {
            #expect(sender.send(OutboundPayload(kind: "probe.msg", body: [number]), to: b.id).isAccepted)
        }
        await mesh.settle()
        #expect(last.bodies == [[2], [2], [4]])
        mesh.releaseHeld()
        await mesh.settle()
        #expect(last.bodies == [[2], [2], [4], [3]])
        await mesh.stop()
    }

    @Test func senderRefusesWhatTheDaemonRefuses() async throws {
        let mesh = PluginMesh()
        let plugin = ProbePlugin("probe")
        let a = try await mesh.addNode("a", plugins: [plugin])
        let b = try await mesh.addNode("b", plugins: [])
        mesh.connect(a, b)
        let sender = try #require(plugin.context).control
        func send(_ kind: String, _ count: Int, _ route: PayloadRoute = .routed) -> SendResult {
            let body = [UInt8](repeating: 0, count: count)
            return sender.send(OutboundPayload(kind: kind, body: body, route: route), to: b.id)
        }
        #expect(send("", 1) == .invalidKind)
        #expect(send("ü", 1) == .invalidKind)
        #expect(send("k", 65_500) == .queued(.unauthenticated))
        #expect(send("k", 65_501) == .tooLarge(limit: 65_500))
        mesh.setCongested(true, at: a)
        #expect(send("k", 1) == .congested)
        mesh.setCongested(false, at: a)
        #expect(sender.send(OutboundPayload(kind: "k", body: []), to: a.id) == .noRoute)
        await mesh.stop()
    }

    @Test func directPayloadIsParkedUntilTheLinkIsBack() async throws {
        let clock = ManualClock()
        let mesh = PluginMesh(clock: clock)
        let (first, last) = (ProbePlugin("probe"), ProbePlugin("probe"))
        let a = try await mesh.addNode("a", plugins: [first])
        let b = try await mesh.addNode("b", plugins: [last])
        let sender = try #require(first.context).control
        let payload = OutboundPayload(kind: "probe.msg", body: [1], route: .direct)
        #expect(sender.send(payload, to: b.id) == .noRoute)
        mesh.connect(a, b)
        mesh.disconnect(a, b)
        #expect(sender.send(payload, to: b.id) == .parked)
        clock.advance(by: .seconds(29))
        mesh.connect(a, b)
        await mesh.settle()
        #expect(last.payloads.map(\.security) == [.link])
        mesh.disconnect(a, b)
        #expect(sender.send(payload, to: b.id) == .parked)
        clock.advance(by: .seconds(31))
        mesh.connect(a, b)
        await mesh.settle()
        #expect(last.payloads.count == 1)
        await mesh.stop()
    }

    @Test func restartedNodeKeepsItsKeysLinksAndFiles() async throws {
        let mesh = PluginMesh()
        let (before, after) = (ProbePlugin("probe"), ProbePlugin("probe"))
        let a = try await mesh.addNode("a", plugins: [before])
        let b = try await mesh.addNode("b", plugins: [])
        mesh.connect(a, b)
        try await a.restart(plugins: [after])
        #expect(after.context?.identity.nodeID == before.context?.identity.nodeID)
        #expect(after.context?.dataDirectory == before.context?.dataDirectory)
        #expect(after.context?.peers.isConnected(b.id) == true)
        #expect(before.context?.peers.isConnected(b.id) == false)
        #expect(a.receive("probe.msg", [1], from: b.id) == .queued)
        await mesh.settle()
        #expect(after.bodies == [[1]])
        await mesh.stop()
    }
}
