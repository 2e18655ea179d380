import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite("pim top")
struct TopTests {
    private let start = ContinuousClock.now

    private func sample(
        seconds: Int = 0, bytes: UInt64 = 0, peers: Int = 3, pid: Int32 = 7, name: String = "me"
    ) throws -> TopSample {
        let own = NodeID(high: 1, low: 1)
        let status = DaemonStatus(
            node: name, nodeID: own,
            x25519PublicKey: try #require(X25519PublicKey(hex: String(repeating: "0a", count: 32))),
            meshIPv4: "10.77.0.9/16", meshIPv6: "fd77::9/64", interface: .off, role: ["relay"],
            transport: TransportStatus(tcpPort: 9100),
            peers: (0..<peers).map { peer($0) },
            routes: RouteSummary(active: 0, expired: 0, selectedGateway: nil),
            stats: TrafficStatistics(
                forwardedBytes: bytes, forwardedPackets: bytes / 100, dropped: 0, congestionDrops: 0),
            uptimeSeconds: 60, routeOn: false, startedAt: "t", version: "1", pid: pid)
        return TopSample(
            status: status, routes: RouteTableResult(routes: [], gateways: []), plugins: nil, gateway: nil,
            at: start.advanced(by: .seconds(seconds)))
    }

    private func peer(_ number: Int) -> PeerSummary {
        let latency: UInt32? = number == 0 ? nil : UInt32(100 - number)
        return PeerSummary(
            nodeID: NodeID(high: UInt64(number), low: 0), label: "peer\(number)", meshIP: "10.77.1.\(number)",
            transport: .tcp, state: .active, routeHops: 1, lastSeenSeconds: UInt64(number),
            latencyMilliseconds: latency, isGateway: false, isStatic: true, x25519PublicKey: nil,
            address: "10.0.0.\(number):9100", linkSecurity: .sealed)
    }

    private func screen(_ model: TopModel, _ columns: Int = 100, _ lines: Int = 20) -> [String] {
        TopScreen(model: model, style: .plain).lines(TerminalSize(columns: columns, lines: lines))
    }

    @Test func ratesComeFromTwoSamplesOfOneDaemon() throws {
        var model = TopModel()
        model.take(try sample())
        #expect(model.rates == nil)
        #expect(screen(model).contains { $0.contains("traffic  -/s") })
        model.take(try sample(seconds: 2, bytes: 3_000_000))
        #expect(model.rates?.bytes == 1_500_000)
        #expect(screen(model).contains { $0.contains("1.5 MB/s") && $0.contains("15000 packets/s") })
        model.take(try sample(seconds: 3, bytes: 0, pid: 8))
        #expect(model.rates == nil)
    }

    @Test("every size is filled exactly", arguments: [(100, 20), (40, 12), (10, 5), (1, 1), (200, 60)])
    func sizes(columns: Int, lines: Int) throws {
        var model = TopModel()
        for sample in [nil, try sample(peers: 50)] {
            if let sample { model.take(sample) }
            let drawn = screen(model, columns, lines)
            #expect(drawn.count == lines)
            #expect(drawn.allSatisfy { DisplayWidth.of($0) <= columns })
        }
    }

    @Test func coloursDoNotMakeLinesWider() throws {
        var model = TopModel()
        model.take(try sample())
        let drawn = TopScreen(model: model, style: Style(isEnabled: true)).lines(TerminalSize(columns: 30, lines: 12))
        let plain = drawn.map { $0.replacing(/\u{1b}\[\d*m/, with: "") }
        #expect(plain.allSatisfy { DisplayWidth.of($0) <= 30 })
        // Whatever colour was on at the edge is off behind it.
        #expect(drawn.allSatisfy { !$0.contains("\u{1b}") || $0.contains("\u{1b}[0m") })
    }

    @Test func keysChangeTheListItsOrderAndWhichPartShows() throws {
        var model = TopModel()
        model.take(try sample(peers: 50))
        func press(_ key: Key) -> Bool { model.press(key, room: 10) }
        #expect(press(.end))
        #expect(model.view.offset == 40)
        #expect(screen(model, 100, 18).contains { $0.hasPrefix("peer9 ") })
        #expect(press(.pageUp) && model.view.offset == 30)
        #expect(press(.home) && press(.up) && model.view.offset == 0)
        for _ in 0..<5 { #expect(press(.character("s"))) }
        #expect(screen(model).contains { $0.contains("LATENCY▲") })
        // What is not known comes last, whichever way round.
        #expect(screen(model)[7].hasPrefix("peer49 "))
        #expect(press(.character("r")))
        #expect(screen(model)[7].hasPrefix("peer1 "))
        #expect(press(.tab) && model.section == .routes)
        #expect(press(.backTab) && press(.left) && model.section == .plugins)
        #expect(press(.character("3")) && model.section == .gateways)
        #expect(!press(.character("q")))
        #expect(!press(.escape))
    }

    @Test func aListThatBecameShorterStillShows() throws {
        var model = TopModel()
        model.take(try sample(peers: 50))
        _ = model.press(.end, room: 10)
        model.take(try sample(seconds: 1, peers: 2))
        #expect(screen(model).contains { $0.hasPrefix("peer0 ") })
    }

    @Test func aDaemonThatIsGoneIsSaidAndItsLastPictureStays() throws {
        var model = TopModel()
        model.lost("no daemon listens")
        #expect(screen(model).contains("waiting for the daemon: no daemon listens"))
        model.take(try sample())
        model.lost("no daemon listens")
        #expect(screen(model).contains { $0.hasPrefix("waiting") })
        #expect(screen(model).contains { $0.hasPrefix("peer0 ") })
        model.take(try sample(seconds: 1))
        #expect(!screen(model).contains { $0.hasPrefix("waiting") })
    }

    @Test func aHeldPictureDoesNotChange() throws {
        var model = TopModel()
        model.take(try sample(peers: 1))
        _ = model.press(.character("p"), room: 10)
        model.take(try sample(seconds: 1, peers: 2))
        #expect(model.sample?.status.peers.count == 1)
        #expect(screen(model).last?.hasPrefix("[paused]") == true)
        _ = model.press(.character("?"), room: 10)
        #expect(screen(model).contains { $0.contains("sort by the next") })
        let goesOn = model.press(.character("x"), room: 10)
        #expect(goesOn && !model.showsHelp)
    }

    @Test func strangersNamesCannotCommandTheTerminal() throws {
        var model = TopModel()
        model.take(try sample(name: "\u{1b}[2J"))
        #expect(screen(model).allSatisfy { !$0.contains("\u{1b}") })
        #expect(TopScreen(model: model, style: .plain).wholeText.allSatisfy { !$0.contains("\u{1b}") })
    }

    @Test(
        "amounts",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_500_000, "1.5 MB"), (999_960, "1.0 MB"), (2e15, "2.0 PB"),
            (5e19, "50000.0 PB"),
        ] as [(Double, String)])
    func amounts(value: Double, text: String) {
        #expect(TopScreen.bytes(value) == text)
    }
}
