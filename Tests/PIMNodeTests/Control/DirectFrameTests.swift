import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Nothing acts before the session, and nothing for anybody but the peer (`spec/wire.md` §20.2, §20.3).
@Suite struct DirectFrameTests {
    private var subject: Subject
    private var remote: Remote
    private var other: Remote

    init() throws {
        subject = try Subject()
        remote = try Remote(0x02)
        other = try Remote(0x42)
        try subject.connect(&other, on: .second)
    }

    @Test(arguments: [FrameType.routeUpdate, .heartbeat, .control, .fragment])
    mutating func nothingActsOnALinkWithoutASession(type: FrameType) throws {
        let payloads = [
            try other.update([RouteEntry(.filled(0xf), 1)]), other.heartbeat(),
            try other.control(.goodbye(other.node, reason: 0)), try other.peerInfo(),
            try other.control(.pluginPayload(PluginPayload(kind: "messaging.msg", body: [1]))),
        ]
        subject.accept(remote)
        for stage in 0..<2 {
            if stage == 1 { subject.handle(.handshake(.first, try remote.initiate())) }
            for payload in payloads {
                let effects = subject.handle(.directFrame(.first, type, payload))
                #expect(effects.counted == [.controlBeforeSession])
                #expect(effects.count == 1)
            }
        }
        #expect(subject.plane.isConnected(other.node))
    }

    @Test mutating func routedControlNeedsASessionToo() throws {
        subject.accept(remote)
        let info = PeerInfo(x25519: remote.identity.x25519PublicKey, name: "x")
        let effects = subject.handle(.routedControl(source: .filled(1), .peerInfo(info), via: .first))
        #expect(effects.counted == [.controlBeforeSession])
    }

    @Test mutating func framesOfUnknownLinksAreIgnored() throws {
        let unknown = LinkID(rawValue: 99)
        #expect(subject.handle(.directFrame(unknown, .heartbeat, remote.heartbeat())).isEmpty)
        #expect(subject.handle(.handshake(unknown, try remote.initiate())).isEmpty)
        #expect(subject.handle(.dataOpened(unknown)).isEmpty)
        #expect(subject.handle(.badFrame(unknown)).isEmpty)
        #expect(subject.handle(.linkClosed(unknown)).isEmpty)
        #expect(subject.handle(.linkUsed(unknown, frames: .max)).isEmpty)
        #expect(subject.handle(.dialFailed(DialID(rawValue: 9), reason: "")).isEmpty)
    }

    @Test mutating func goodbyeEndsTheLinkOfItsSender() throws {
        try subject.connect(&remote)
        let goodbye = try remote.control(.goodbye(remote.node, reason: 0))
        let effects = subject.handle(.directFrame(.first, .control, goodbye))
        #expect(effects.closeReason() == .goodbye)
        #expect(effects.events.contains(.peerDisconnected(remote.node, reason: .goodbye)))
        #expect(subject.plane.connectedPeers.map(\.node) == [other.node])
    }

    @Test mutating func goodbyeForSomebodyElseIsCountedAndChangesNothing() throws {
        try subject.connect(&remote)
        for victim in [other.node, subject.plane.own, NodeID.filled(9)] {
            let goodbye = try remote.control(.goodbye(victim, reason: 0))
            let effects = subject.handle(.directFrame(.first, .control, goodbye))
            #expect(effects.counted == [.foreignGoodbye])
            #expect(effects.closeReason() == nil)
        }
        #expect(subject.plane.connectedPeers.count == 2)
    }

    @Test mutating func rekeyMeansNothing() throws {
        try subject.connect(&remote)
        #expect(subject.handle(.directFrame(.first, .control, try remote.control(.rekey))).isEmpty)
    }

    @Test mutating func aPluginPayloadIsDeliveredWithTheProvenNode() throws {
        try subject.connect(&remote)
        let payload = PluginPayload(kind: "messaging.msg", body: [1, 2])
        let effects = subject.handle(.directFrame(.first, .control, try remote.control(.pluginPayload(payload))))
        guard case .deliver(let delivered, let source, let link, _)? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(delivered == payload)
        #expect(source == remote.node)
        #expect(link == .first)
    }

    @Test(arguments: [[UInt8](), [0xff], [1], [2], [7, 0, 1], [8, 5]])
    mutating func malformedControlFramesAreCountedAndTheLinkStays(bytes: [UInt8]) throws {
        try subject.connect(&remote)
        #expect(subject.handle(.directFrame(.first, .control, bytes)).counted == [.controlMalformed])
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test mutating func malformedHeartbeatsAreCounted() throws {
        try subject.connect(&remote)
        let short = [UInt8](repeating: 0, count: 10)
        #expect(subject.handle(.directFrame(.first, .heartbeat, short)).counted == [.controlMalformed])
    }

    @Test mutating func pingsBeyondTheLimitGoUnanswered() throws {
        try subject.connect(&remote)
        var answered = 0
        for nonce in 0..<UInt64(500) {
            answered +=
                subject.handle(.directFrame(.first, .control, try remote.control(.ping(nonce)))).controls().count
        }
        #expect(answered == 60)
        #expect(subject.plane.counters[.controlOverLimit] == 440)
    }

    @Test mutating func whoSendsTooMuchIsNotReadForAMoment() throws {
        try subject.connect(&remote)
        func rests(_ effects: [ControlEffect]) -> [Duration] {
            effects.compactMap { if case .rest(.first, .control, let pause) = $0 { pause } else { nil } }
        }
        var pauses: [Duration] = []
        for nonce in 0..<UInt64(100) {
            pauses += rests(subject.handle(.directFrame(.first, .control, try remote.control(.ping(nonce)))))
        }
        #expect(pauses == [.milliseconds(100)])
        subject.advance(by: .milliseconds(100))
        for nonce in 0..<UInt64(100) {
            pauses += rests(subject.handle(.directFrame(.first, .control, try remote.control(.ping(nonce)))))
        }
        #expect(pauses.count == 2)
    }

    @Test("PH-9") mutating func aNewLinkIsNoNewBudget() throws {
        try subject.connect(&remote)
        var answered = 0
        func flood() throws -> Int {
            try (0..<UInt64(100)).reduce(0) { sum, nonce in
                sum + subject.handle(.directFrame(.first, .control, try remote.control(.ping(nonce)))).controls().count
            }
        }
        answered += try flood()
        for _ in 0..<5 {
            subject.handle(.linkClosed(.first))
            try subject.connect(&remote)
            answered += try flood()
        }
        #expect(answered == 60)
        subject.advance(by: .seconds(60))
        subject.handle(.linkClosed(.first))
        try subject.connect(&remote)
        #expect(try flood() == 60)
    }

    @Test mutating func badFramesInAStreamEndTheLink() throws {
        try subject.connect(&remote)
        var effects: [ControlEffect] = []
        for _ in 0..<64 { effects += subject.handle(.badFrame(.first)) }
        #expect(effects.closeReason() == .misbehaviour)
        #expect(subject.plane.connectedPeers.map(\.node) == [other.node])
    }

    @Test mutating func nowAndThenABadFrameIsForgiven() throws {
        try subject.connect(&remote)
        for _ in 0..<200 {
            subject.handle(.badFrame(.first))
            subject.advance(by: .seconds(2))
            subject.handle(.dataOpened(.first))
            subject.handle(.dataOpened(.second))
        }
        #expect(subject.plane.isConnected(remote.node))
    }
}
