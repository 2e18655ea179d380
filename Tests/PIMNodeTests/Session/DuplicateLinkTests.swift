import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// Two connections to one peer: `spec/crypto.md` §5.6, `spec/daemon.md` §28.3.
@Suite struct DuplicateLinkTests {
    private func node(_ byte: UInt8) throws -> Subject {
        try Subject(
            .filled(byte), configuration: ControlConfiguration(targets: [DialTarget(address: "the other one")]))
    }

    /// 0x42 has the smaller NodeID of the two.
    @Test(arguments: [(UInt8(0x42), UInt8(0x02)), (0x02, 0x42)])
    func ofTwoSimultaneousDialsTheOneOfTheSmallerNodeIDSurvives(left: UInt8, right: UInt8) throws {
        var network = Network([try node(left), try node(right)])
        let dials = [try #require(network.dialsDue(at: 0).first), try #require(network.dialsDue(at: 1).first)]
        let first = network.open(dials[0], from: 0, to: 1)
        let second = network.open(dials[1], from: 1, to: 0)
        network.run()
        let leftIsSmaller = network.node(0) < network.node(1)
        let surviving = leftIsSmaller ? (first.near, first.far) : (second.far, second.near)
        #expect(network.subjects[0].plane.connectedPeers.map(\.link) == [surviving.0])
        #expect(network.subjects[1].plane.connectedPeers.map(\.link) == [surviving.1])
        #expect(network.subjects.map(\.plane.linkCount) == [1, 1])
        for _ in 0..<5 { network.advance(by: .seconds(4)) }
        #expect(network.effects.flatMap(\.dials).count == 2)
        #expect(network.subjects.allSatisfy { $0.plane.connectedPeers.count == 1 })
    }

    @Test func aConfirmedLinkIsNotDisplacedByAnUnconfirmedOne() throws {
        var subject = try node(0x02)
        var remote = try Remote(0x42)
        let dial = try #require(subject.handle(.tick).dials.first).0
        try subject.connect(&remote, on: .first)
        let effects = subject.handle(
            .linkOpened(.second, direction: .dialed(dial), preamble: nil, remoteAddress: "the other one"))
        guard case .initiate(let hello)? = effects.handshakes(on: .second).last else {
            Issue.record("no Init")
            return
        }
        subject.handle(.handshake(.second, try remote.respond(to: hello)))
        #expect(subject.plane.connectedPeers.map(\.link) == [.first])
        #expect(subject.plane.linkCount == 2)
    }

    @Test func aHalfFinishedHandshakeInThePeersNameChangesNothing() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote, on: .first)
        subject.accept(remote, on: .second)
        subject.handle(.handshake(.second, try remote.initiate()))
        #expect(subject.plane.connectedPeers.map(\.link) == [.first])
        #expect(subject.advance(by: .seconds(11)).closeReason(of: .second) == .handshakeTimeout)
        #expect(subject.plane.connectedPeers.map(\.link) == [.first])
    }

    @Test func aPeerThatComesBackReplacesItsOldLink() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote, on: .first)
        let effects = try subject.connect(&remote, on: .second)
        #expect(effects.closeReason(of: .first) == .duplicate)
        #expect(subject.plane.connectedPeers.map(\.link) == [.second])
        #expect(effects.tables.last?.neighbours == [remote.node: .second])
        let changes = effects.events.filter { event in
            switch event {
            case .peerConnected, .peerDisconnected, .routeAdded, .routeRemoved: true
            default: false
            }
        }
        #expect(changes.isEmpty)
    }

    @Test func routesSurviveTheReplacementUntilTheNextUpdate() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        let far = NodeID.filled(0xf)
        try subject.connect(&remote, on: .first)
        subject.handle(.directFrame(.first, .routeUpdate, try remote.update([RouteEntry(far, 1)], sequence: 900)))
        let effects = try subject.connect(&remote, on: .second)
        #expect(effects.tables.last?.routes[far]?.link == .second)
        // A restarted peer may count from anywhere.
        subject.handle(.directFrame(.second, .routeUpdate, try remote.update([], sequence: 1)))
        #expect(subject.distances == [remote.node: 1])
    }

    @Test func theEndOfTheOldLinkLeavesTheNewOneAlone() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote, on: .first)
        try subject.connect(&remote, on: .second)
        #expect(subject.handle(.linkClosed(.first)).isEmpty)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test func lateFramesOfTheOldLinkAreIgnored() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote, on: .first)
        try subject.connect(&remote, on: .second)
        let goodbye = try remote.control(.goodbye(remote.node, reason: 0))
        #expect(subject.handle(.directFrame(.first, .control, goodbye)).isEmpty)
        #expect(subject.plane.isConnected(remote.node))
    }
}
