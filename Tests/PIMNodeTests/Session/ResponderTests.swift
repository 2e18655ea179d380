import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// The responder's half: `spec/crypto.md` §5.4, §12.5 to §12.9.
@Suite struct ResponderTests {
    @Test func aWholeHandshakeMakesAConnectedPeer() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        let effects = try subject.connect(&remote)
        #expect(effects.installs == [.first])
        #expect(effects.events.contains(.peerConnected(remote.node, .first)))
        #expect(effects.events.contains(.routeAdded(remote.node)))
        #expect(subject.plane.connectedPeers.map(\.node) == [remote.node])
        #expect(subject.distances == [remote.node: 1])
    }

    @Test func theSessionIsInstalledBeforeAnythingIsSentUnderIt() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        let effects = try subject.connect(&remote)
        let install = try #require(effects.position { if case .installSession = $0 { true } else { false } })
        let sealed = try #require(effects.position { if case .sendMesh = $0 { true } else { false } })
        let hello = try #require(
            effects.position { if case .send(_, .control, _) = $0 { true } else { false } })
        #expect(install < hello)
        #expect(install < sealed)
    }

    @Test func theResponderIntroducesItselfInClearAndSealed() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        let effects = try subject.connect(&remote)
        let direct = try #require(effects.frames(.control).first)
        #expect(effects.peerInfos().count == 1)
        try expectIntroduction(direct, of: subject, to: remote.node)
        let frame = try #require(effects.meshFrames().first)
        #expect(effects.meshFrames().count == 1)
        #expect(frame.source == subject.plane.own)
        #expect(frame.destination == remote.node)
        #expect(frame.flags == .isControl)
        try expectIntroduction(frame.payload, of: subject, to: remote.node)
    }

    @Test func aNewNeighbourIsAskedAtOnceHowFarItIs() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        let effects = try subject.connect(&remote)
        let nonce = try #require(effects.pings().first)
        #expect(effects.pings().count == 1)
        #expect(subject.plane.connectedPeers.map(\.roundTripMilliseconds) == [nil])
        subject.advance(by: .milliseconds(12))
        subject.handle(.directFrame(.first, .control, try ControlFrame.pong(nonce).encode()))
        #expect(subject.plane.connectedPeers.map(\.roundTripMilliseconds) == [12])
    }

    @Test func bothEndsHaveOneKeyAndThePrefixIsNotPartOfIt() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        let effects = try subject.connect(&remote)
        for case .installSession(_, let key, let prefix, _, _) in effects { #expect(key.allows(noncePrefix: prefix)) }
    }

    @Test func nothingIsInstalledBeforeTheConfirmation() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        subject.accept(remote)
        let effects = subject.handle(.handshake(.first, try remote.initiate()))
        #expect(effects.installs.isEmpty)
        #expect(effects.tables.isEmpty)
        #expect(!subject.plane.isConnected(remote.node))
    }

    @Test func differentMeshSecretsAreNamedAsSuch() throws {
        for (ours, theirs) in [(UInt8?(0xab), UInt8?(0xcd)), (0xab, nil), (nil, 0xab)] {
            var subject = try Subject(meshKey: try ours.map { try MeshKey.filled($0) })
            var remote = try Remote(0x02, meshKey: try theirs.map { try MeshKey.filled($0) })
            let effects = try subject.connect(&remote)
            #expect(effects.closeReason() == .confirmMismatch)
            #expect(effects.counted.contains(.confirmMismatch))
            let reason = LinkCloseReason.confirmMismatch.description
            #expect(reason.contains("mesh secrets differ"))
            #expect(
                effects.events.contains(
                    .handshakeFailed(.first, remoteAddress: "192.0.2.1:40000", reason: reason)))
            #expect(effects.installs.isEmpty)
        }
    }

    @Test func membersOfAPrivateMeshConnect() throws {
        var subject = try Subject(meshKey: try .filled(0xab))
        var remote = try Remote(0x02, meshKey: try .filled(0xab))
        #expect(try subject.connect(&remote).installs == [.first])
    }

    @Test func aForgedPreambleIsRefused() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        subject.accept(remote, preamble: .filled(0x77))
        let effects = try subject.handshake(from: &remote)
        #expect(effects.closeReason() == .identityMismatch)
        #expect(effects.counted.contains(.forgedPreamble))
        #expect(effects.handshakes().isEmpty)
    }

    @Test func aForgedPreambleDoesNotTouchTheNodeItNames() throws {
        var subject = try Subject()
        var victim = try Remote(0x02)
        var forger = try Remote(0x42)
        try subject.connect(&victim)
        subject.accept(forger, on: .second, preamble: victim.node)
        #expect(try subject.handshake(from: &forger, on: .second).closeReason(of: .second) == .identityMismatch)
        #expect(subject.plane.isConnected(victim.node))
    }

    @Test func aWrongSignatureIsRefused() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        subject.accept(remote)
        guard case .initiate(var hello) = try remote.initiate() else { return }
        hello.signature[0] ^= 1
        let effects = subject.handle(.handshake(.first, .initiate(hello)))
        #expect(effects.closeReason() == .handshakeRefused)
        #expect(effects.counted.contains(.handshakeFailed))
    }

    @Test func theAllZeroKeyIsNobody() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        let weak = NodeID(derivedFrom: [UInt8](repeating: 0, count: 32))
        subject.accept(remote, preamble: weak)
        guard case .initiate(var hello) = try remote.initiate() else { return }
        hello.publicKey = [UInt8](repeating: 0, count: 32)
        hello.signature = [UInt8](repeating: 0, count: 64)
        #expect(subject.handle(.handshake(.first, .initiate(hello))).closeReason() == .handshakeRefused)
    }

    @Test func aRecordedInitIsRefused() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        subject.accept(remote)
        let recording = try remote.initiate()
        #expect(subject.handle(.handshake(.first, recording)).handshakes().count == 1)
        subject.accept(remote, on: .second)
        let effects = subject.handle(.handshake(.second, recording))
        #expect(effects.counted.contains(.handshakeReplayed))
        #expect(effects.closeReason(of: .second) == .handshakeRefused)
    }

    @Test func aSecondInitBeforeTheConfirmationEndsTheAttempt() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        subject.accept(remote)
        subject.handle(.handshake(.first, try remote.initiate()))
        #expect(subject.handle(.handshake(.first, try remote.initiate())).closeReason() == .handshakeRefused)
    }

    @Test func aConfirmWithoutAnInitIsIgnored() throws {
        var subject = try Subject()
        subject.accept(try Remote(0x02))
        let effects = subject.handle(.handshake(.first, .confirm(mac: [UInt8](repeating: 0, count: 32))))
        #expect(effects.counted == [.handshakeUnexpected])
        #expect(effects.closeReason() == nil)
    }

    @Test(arguments: [false, true])
    func everyAwaitedMessageHasTenSeconds(afterInit: Bool) throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        subject.accept(remote)
        subject.advance(by: .seconds(9))
        if afterInit { subject.handle(.handshake(.first, try remote.initiate())) }
        let wait: Duration = afterInit ? .seconds(9.9) : .seconds(0.9)
        #expect(subject.advance(by: wait).closeReason() == nil)
        #expect(subject.advance(by: .seconds(0.2)).closeReason() == .handshakeTimeout)
    }

    @Test func halfOpenConnectionsByTheHundredLeaveRoomForAnHonestOne() throws {
        var subject = try Subject()
        var opened = 0
        for number in 0..<300 {
            subject.handle(
                .linkOpened(
                    LinkID(rawValue: UInt64(1000 + number)), direction: .accepted, preamble: .filled(9),
                    remoteAddress: "198.51.100.9:\(number)"))
            opened += 1
        }
        #expect(subject.plane.strangerCount == ControlLimits().strangersPerAddress)
        #expect(subject.plane.linkCount == ControlLimits().strangersPerAddress)
        var remote = try Remote(0x02)
        #expect(try subject.connect(&remote).installs == [.first])
        #expect(subject.plane.strangerCount == ControlLimits().strangersPerAddress)
    }

    @Test func aFloodOfInitsIsBounded() throws {
        var configuration = ControlConfiguration()
        configuration.limits.handshakesPerSecond = 20
        var subject = try Subject(configuration: configuration)
        var answered = 0
        for number in 0..<30 {
            var remote = try Remote(UInt8(number + 10))
            let link = LinkID(rawValue: UInt64(number + 10))
            subject.accept(remote, on: link)
            answered += subject.handle(.handshake(link, try remote.initiate())).handshakes(on: link).count
        }
        #expect(answered == 1)
        var other = try Remote(0x02)
        subject.handle(
            .linkOpened(.first, direction: .accepted, preamble: other.node, remoteAddress: "198.51.100.9:1"))
        subject.handle(.handshake(.first, try other.initiate()))
        // Its turn is the next one.
        #expect(subject.advance(by: .milliseconds(60)).handshakes().count == 1)
    }
}
