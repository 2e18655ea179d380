import PIMCore
import PIMWire
import Testing

@testable import PIMNode

@Suite struct ShutdownTests {
    @Test func saysGoodbyeToEveryPeerAndClosesEveryLink() throws {
        var subject = try Subject()
        var (first, second) = (try Remote(0x02), try Remote(0x42))
        try subject.connect(&first, on: .first)
        try subject.connect(&second, on: .second)
        let third = LinkID(rawValue: 3)
        subject.accept(try Remote(0x33), on: third)
        let effects = subject.handle(.request(.shutDown))
        for link in [LinkID.first, .second] {
            #expect(effects.controls(on: link) == [.goodbye(subject.plane.own, reason: 0)])
            #expect(effects.closeReason(of: link) == .shutdown)
        }
        #expect(effects.controls(on: third).isEmpty)
        #expect(effects.closeReason(of: third) == .shutdown)
        #expect(subject.plane.linkCount == 0)
    }

    @Test func theGoodbyeIsWrittenBeforeTheLinkCloses() throws {
        var subject = try Subject()
        var remote = try Remote(0x02)
        try subject.connect(&remote)
        let effects = subject.handle(.request(.shutDown))
        let goodbye = try #require(effects.position { if case .send(_, .control, _) = $0 { true } else { false } })
        let close = try #require(effects.position { if case .close = $0 { true } else { false } })
        #expect(goodbye < close)
    }

    @Test func nothingIsDialledOrAcceptedAfterwards() throws {
        var subject = try Subject(
            configuration: ControlConfiguration(targets: [DialTarget(address: "192.0.2.7:9100")]))
        subject.handle(.request(.shutDown))
        #expect(subject.plane.nextDeadline == nil)
        #expect(subject.advance(by: .seconds(100)).dials.isEmpty)
        #expect(subject.accept(try Remote(0x02)).closeReason() == .shutdown)
    }
}
