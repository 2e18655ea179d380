import PIMCore
import PIMWire
import Testing

@testable import PIMNode

@Suite struct LivenessTests {
    private func connected() throws -> (Subject, Remote) {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        return (subject, remote)
    }

    @Test func beatsAtLeastEveryFiveSecondsWithOwnNodeID() throws {
        var (subject, _) = try connected()
        for _ in 0..<3 {
            let beats = subject.advance(by: .seconds(5)).frames(.heartbeat)
            #expect(!beats.isEmpty)
            let heartbeat = try Heartbeat.decode(try #require(beats.first))
            #expect(heartbeat.sender == subject.plane.own)
            #expect(heartbeat.gatewayHops == Heartbeat.noGateway)
            #expect(heartbeat.gatewayKey == nil)
            subject.handle(.dataOpened(.first))
        }
    }

    @Test func heartbeatsAreNotInStep() throws {
        var (subject, remote) = try connected()
        var times: [MonotonicTime] = []
        let start = subject.now.monotonic
        while start.duration(to: subject.now.monotonic) < .seconds(60) {
            if !subject.advance(by: .milliseconds(50)).frames(.heartbeat).isEmpty {
                times.append(subject.now.monotonic)
            }
            subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
            subject.handle(.dataOpened(.first))
        }
        let gaps = zip(times, times.dropFirst()).map { $0.duration(to: $1) }
        #expect(gaps.allSatisfy { $0 <= .milliseconds(5050) && $0 >= .milliseconds(3900) })
        #expect(Set(gaps).count > 3)
    }

    @Test func aSilentPeerIsGoneAfterFifteenSeconds() throws {
        var (subject, remote) = try connected()
        #expect(subject.advance(by: .seconds(14.9)).closeReason() == nil)
        let effects = subject.advance(by: .seconds(0.2))
        #expect(effects.closeReason() == .silent)
        #expect(effects.events.contains(.peerDisconnected(remote.node, reason: .silent)))
        #expect(effects.events.contains(.routeRemoved(remote.node)))
        #expect(subject.plane.routes.isEmpty)
    }

    enum Life: CaseIterable { case heartbeat, data, routeUpdate, peerInfo }

    @Test(arguments: Life.allCases)
    func anyValidFrameIsLife(life: Life) throws {
        var (subject, remote) = try connected()
        for _ in 0..<4 {
            #expect(subject.advance(by: .seconds(10)).closeReason() == nil)
            switch life {
            case .heartbeat: subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
            case .data: subject.handle(.dataOpened(.first))
            case .routeUpdate: subject.handle(.directFrame(.first, .routeUpdate, try remote.update()))
            case .peerInfo: subject.handle(.directFrame(.first, .control, try remote.peerInfo()))
            }
        }
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func aHeartbeatInAnotherNameIsNoLife() throws {
        var (subject, remote) = try connected()
        subject.advance(by: .seconds(10))
        let effects = subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat(from: .filled(3))))
        #expect(effects.counted == [.foreignHeartbeat])
        #expect(subject.advance(by: .seconds(6)).closeReason() == .silent)
    }

    @Test func aPingIsAnsweredOnItsLink() throws {
        var (subject, remote) = try connected()
        let effects = subject.handle(.directFrame(.first, .control, try remote.control(.ping(12345))))
        #expect(effects.controls() == [.pong(12345)])
    }

    @Test func anUnknownPongIsCounted() throws {
        var (subject, remote) = try connected()
        let effects = subject.handle(.directFrame(.first, .control, try remote.control(.pong(1))))
        #expect(effects.counted == [.unknownPong])
    }

    @Test func aNeighbouringGatewayIsProbedAndItsRoundTripShown() throws {
        var (subject, remote) = try connected()
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update(gateway: true)))
        subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat(gatewayHops: 0, load: 100)))
        let effects = subject.advance(by: .seconds(10))
        let nonces = effects.controls().compactMap { if case .ping(let nonce) = $0 { nonce } else { nil } }
        let nonce = try #require(nonces.first)
        subject.advance(by: .milliseconds(40))
        subject.handle(.directFrame(.first, .control, try remote.control(.pong(nonce))))
        let gateway = try #require(subject.plane.reachableGateways.first)
        #expect(gateway.route.roundTripMilliseconds == 40)
        #expect(gateway.route.gatewayLoad == 100)
        #expect(gateway.score == 154)
        #expect(gateway.isSelected)
    }

    @Test func everyNeighbourIsProbedAndShown() throws {
        var (subject, remote) = try connected()
        for milliseconds in [7, 30] {
            let controls = subject.advance(by: .seconds(10)).controls()
            let nonces = controls.compactMap { if case .ping(let nonce) = $0 { nonce } else { nil } }
            #expect(nonces.count == 1)
            subject.advance(by: .milliseconds(milliseconds))
            subject.handle(.directFrame(.first, .control, try remote.control(.pong(try #require(nonces.first)))))
            subject.handle(.directFrame(.first, .heartbeat, remote.heartbeat()))
            #expect(subject.plane.connectedPeers.first?.roundTripMilliseconds != nil)
        }
    }
}
