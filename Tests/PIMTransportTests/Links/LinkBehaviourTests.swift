import NIOCore
import PIMCore
import PIMTransport
import PIMWire
import Testing

/// What every link does, over TCP and in memory alike.
@Suite struct LinkBehaviourTests {
    @Test(arguments: Medium.allCases)
    func bothEndsLearnWhoOpenedTheLink(medium: Medium) async throws {
        try await LinkBench.with(medium) { bench in
            try await bench.run { bench in
                #expect(bench.alice.opened.first?.direction == .dialed(DialID(rawValue: 5)))
                #expect(bench.alice.opened.first?.preamble == nil)
                #expect(bench.bob.opened.first?.direction == .accepted)
                #expect(bench.bob.opened.first?.preamble == Fixtures.alice)
                #expect(bench.alice.link?.remoteAddress.isEmpty == false)
                #expect(bench.alice.link?.hasSession == false)
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func handshakeMessagesPassBothWays(medium: Medium) async throws {
        try await LinkBench.with(medium) { bench in
            try await bench.run { bench in
                #expect(bench.alice.link?.send(Fixtures.helloFrame, lane: .control) == .queued)
                #expect(bench.bob.link?.send(Fixtures.helloFrame, lane: .control) == .queued)
            }
            try await bench.wait("messages") { !$0.alice.frames.isEmpty && !$0.bob.frames.isEmpty }
            try await bench.run { bench in
                #expect(bench.alice.frames.map(\.handshake) == [Fixtures.hello()])
                #expect(bench.bob.frames.map(\.handshake) == [Fixtures.hello()])
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func meshFramesArriveInOrderBothWays(medium: Medium) async throws {
        try await LinkBench.with(medium) { bench in
            try await bench.installSessions()
            try await bench.run { bench in
                for number in 0..<1000 {
                    let frame = Fixtures.mesh(Fixtures.numbered(number, size: number))
                    #expect(bench.alice.link?.send(frame, lane: .data) == .queued)
                    #expect(bench.bob.link?.send(frame, lane: .data) == .queued)
                }
            }
            try await bench.wait("frames") { $0.alice.frames.count == 1000 && $0.bob.frames.count == 1000 }
            try await bench.run { bench in
                #expect(bench.alice.numbers == Array(0..<1000))
                #expect(bench.bob.numbers == Array(0..<1000))
                #expect(bench.alice.link?.queuedBytes == 0)
                #expect(bench.bob.link?.counters.framesOpened == 1000)
                #expect(bench.alice.link?.counters.bytesSent == bench.bob.link?.counters.bytesReceived)
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func sessionInstalledOnAHandshakeMessageOpensTheFrameBehindIt(medium: Medium) async throws {
        try await LinkBench.with(medium) { bench in
            try await bench.run { bench in
                bench.bob.onFrame = { link, frame in
                    guard frame.handshake != nil, let key = try? Fixtures.key(1) else { return }
                    try? link.installSession(
                        key, noncePrefix: Fixtures.bobPrefix, previousLifetime: .seconds(5), isSealed: false)
                }
                let link = try #require(bench.alice.link)
                #expect(link.send(Fixtures.mesh([1]), lane: .data) == .closed)
                try link.installSession(
                    Fixtures.key(1), noncePrefix: Fixtures.alicePrefix, previousLifetime: .seconds(5), isSealed: false)
                #expect(link.send(Fixtures.helloFrame, lane: .control) == .queued)
                for number in 0..<10 {
                    #expect(link.send(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
                }
            }
            try await bench.wait("frames") { $0.bob.frames.count == 11 }
            try await bench.run { #expect($0.bob.numbers == Array(0..<10)) }
        }
    }

    @Test(arguments: Medium.allCases)
    func closingWritesWhatIsQueuedFirst(medium: Medium) async throws {
        try await LinkBench.with(medium) { bench in
            try await bench.installSessions()
            try await bench.run { bench in
                let link = try #require(bench.alice.link)
                for number in 0..<500 {
                    #expect(link.send(Fixtures.mesh(Fixtures.numbered(number, size: 1000)), lane: .data) == .queued)
                }
                link.close(.goodbye)
                link.close(.silent)
                #expect(link.send(Fixtures.mesh([1]), lane: .data) == .closed)
                #expect(bench.alice.closed.isEmpty)
            }
            try await bench.wait("both ends closed") { !$0.alice.closed.isEmpty && !$0.bob.closed.isEmpty }
            try await bench.run { bench in
                #expect(bench.bob.numbers == Array(0..<500))
                #expect(bench.alice.closed == [.goodbye])
                #expect(bench.bob.closed == [.endedByPeer])
                #expect(bench.bob.link?.send(Fixtures.mesh([1]), lane: .data) == .closed)
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func framesThatArriveAfterClosingAreDropped(medium: Medium) async throws {
        try await LinkBench.with(medium) { bench in
            try await bench.installSessions()
            try await bench.run { bench in
                bench.bob.onFrame = { link, _ in link.close(.misbehaviour) }
                for number in 0..<100 {
                    #expect(
                        bench.alice.link?.send(Fixtures.mesh(Fixtures.numbered(number)), lane: .data) == .queued)
                }
            }
            try await bench.wait("both ends closed") { !$0.alice.closed.isEmpty && !$0.bob.closed.isEmpty }
            try await bench.run { bench in
                #expect(bench.bob.numbers == [0])
                #expect(bench.bob.closed == [.misbehaviour])
                #expect(bench.alice.closed == [.endedByPeer])
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func linkClosedWhileItOpensIsClosedOnce(medium: Medium) async throws {
        try await LinkBench.with(
            medium, prepare: { bench in bench.bob.onOpened = { $0.close(.notAuthorized) } }
        ) { bench in
            try await bench.wait("both ends closed") { !$0.alice.closed.isEmpty && !$0.bob.closed.isEmpty }
            try await bench.run { bench in
                #expect(bench.bob.closed == [.notAuthorized])
                #expect(bench.alice.closed == [.endedByPeer])
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func fullLaneRefusesAndSaysWhenThereIsRoom(medium: Medium) async throws {
        var configuration = LinkConfiguration()
        configuration.dataCapacity = 100_000
        try await LinkBench.with(medium, configuration: configuration) { bench in
            try await bench.installSessions()
            let accepted = try await bench.run { bench in
                let link = try #require(bench.alice.link)
                var accepted = 0
                while link.send(Fixtures.mesh(Fixtures.numbered(accepted, size: 1000)), lane: .data) == .queued {
                    accepted += 1
                    if accepted > 1000 { break }
                }
                #expect(link.send(Fixtures.mesh(Fixtures.numbered(accepted)), lane: .control) == .queued)
                return accepted
            }
            #expect(accepted == 100_000 / 1080)
            try await bench.wait("notice and frames") {
                $0.alice.writableNotices == 1 && $0.bob.frames.count == accepted + 1
            }
            try await bench.run { bench in
                #expect(bench.bob.numbers == [accepted] + Array(0..<accepted))
                #expect(bench.alice.writableNotices == 1)
                #expect(bench.alice.link?.counters.framesCongested == 1)
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func nothingIsLostOrReorderedUnderBackPressure(medium: Medium) async throws {
        var configuration = LinkConfiguration()
        configuration.dataCapacity = 500_000
        let total = 20_000
        try await LinkBench.with(medium, configuration: configuration) { bench in
            try await bench.installSessions()
            try await bench.run { bench in
                // Every tenth frame crosses in the control lane; each lane counts for itself.
                var next = 0
                let pump = { (link: any Link) in
                    while next < total {
                        guard link.send(Fixtures.mesh(Fixtures.numbered(next, size: 1000)), lane: .data) == .queued
                        else {
                            return
                        }
                        next += 1
                    }
                }
                bench.alice.onWritable = pump
                bench.bob.keepsFrames = false
                var expected = 0
                bench.bob.onFrame = { link, frame in
                    guard let number = frame.meshPayload.flatMap(Fixtures.number), number == expected else {
                        return link.close(.misbehaviour)
                    }
                    expected += 1
                    if expected == total { link.close(.goodbye) }
                }
                pump(try #require(bench.alice.link))
            }
            try await bench.wait("the last frame") { !$0.bob.closed.isEmpty }
            try await bench.run { bench in
                #expect(bench.bob.closed == [.goodbye])
                #expect(bench.alice.writableNotices > 5)
                #expect(bench.bob.link?.counters.framesOpened == UInt64(total))
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func strangerIsClosedWhenItsTimeIsUp(medium: Medium) async throws {
        var configuration = LinkConfiguration()
        configuration.handshakeDeadline = .milliseconds(150)
        let prepare = { (bench: LinkBench) in bench.alice.onOpened = { $0.markAuthenticated() } }
        try await LinkBench.with(medium, configuration: configuration, prepare: prepare) { bench in
            try await bench.wait("the end") { !$0.bob.closed.isEmpty && !$0.alice.closed.isEmpty }
            try await bench.run { bench in
                #expect(bench.bob.closed == [.handshakeTimeout])
                #expect(bench.alice.closed == [.endedByPeer])
            }
        }
    }

    @Test(arguments: Medium.allCases)
    func strangerThatTalksTooMuchIsClosed(medium: Medium) async throws {
        try await LinkBench.with(medium) { bench in
            try await bench.run { bench in
                for _ in 0..<65 {
                    #expect(bench.alice.link?.send(.direct(.heartbeat, [1, 2, 3]), lane: .control) == .queued)
                }
            }
            try await bench.wait("the end") { !$0.bob.closed.isEmpty && !$0.alice.closed.isEmpty }
            try await bench.run { bench in
                #expect(bench.bob.closed == [.strangerTalksTooMuch])
                #expect(bench.bob.frames.count == 64)
                #expect(bench.bob.frames.allSatisfy { $0.counter == .beforeSession })
            }
        }
    }

    @Test(arguments: Medium.allCases, [false, true])
    func sessionIsRenewedUnderFullLoadWithoutLoss(medium: Medium, isSealed: Bool) async throws {
        try await LinkBench.with(medium) { bench in
            try await bench.installSessions(isSealed: isSealed)
            try await bench.run { bench in
                // Alice announces each renewal with a handshake message, as the protocol does, and bob follows.
                bench.bob.onFrame = { link, frame in
                    guard case .handshake(.confirm(let mac)) = frame, let round = mac.first,
                        let key = try? Fixtures.key(round)
                    else { return }
                    let prefix = Fixtures.bobPrefix + UInt64(round)
                    try? link.installSession(
                        key, noncePrefix: prefix, previousLifetime: .seconds(5), isSealed: isSealed)
                }
                let link = try #require(bench.alice.link)
                for round in UInt8(2)..<12 {
                    for number in 0..<100 {
                        let frame = Fixtures.mesh(Fixtures.numbered(Int(round) * 100 + number))
                        #expect(link.send(frame, lane: .control) == .queued)
                    }
                    try link.installSession(
                        Fixtures.key(round), noncePrefix: Fixtures.alicePrefix + UInt64(round),
                        previousLifetime: .seconds(5), isSealed: isSealed)
                    let confirm = try Fixtures.hello(round).encode()
                    #expect(link.send(.direct(.handshake, confirm), lane: .control) == .queued)
                }
            }
            try await bench.wait("all frames") { $0.bob.frames.count == 1010 }
            try await bench.run { #expect($0.bob.numbers == Array(200..<1200)) }
        }
    }
}
