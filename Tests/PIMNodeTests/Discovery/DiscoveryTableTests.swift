import PIMCore
import PIMWire
import Testing

@testable import PIMNode

@Suite struct DiscoveryTableTests {
    /// A table with its clock and its dials.
    private struct Bench {
        var table: DiscoveryTable
        var now = MonotonicTime.seconds(100)
        var dials = DialSchedule()

        init(own: NodeID = NodeID(high: 0, low: 1), _ policy: DiscoveryPolicy = DiscoveryPolicy()) {
            table = DiscoveryTable(own: own, policy: policy, at: now)
        }

        @discardableResult
        mutating func hear(_ beacon: Beacon, from host: UInt32, isWanted: Bool = true) -> DiscoveryTable.Outcome {
            table.receive(beacon, from: .host(host), isWanted: isWanted, at: now)
        }

        mutating func start() -> [(DialID, address: String)] {
            table.startDue(at: now, except: [], numberedBy: &dials)
        }

        mutating func fail(_ dial: DialID) -> Duration? {
            table.failed(.dialing(dial), at: now) {
                Backoff(first: .seconds(1), ceiling: .seconds(60)).delay(afterFailures: $0)
            }?
            .delay
        }

        /// Starts what is due and lets all of it fail; the addresses that were tried.
        mutating func failEverything() -> [String] {
            let started = start()
            for (dial, _) in started { _ = fail(dial) }
            return started.map(\.address)
        }

        mutating func reach(_ node: NodeID) throws {
            let (dial, _) = try #require(start().first)
            _ = table.opened(dial, link: .first)
            table.reached(node, over: .first, at: now)
        }

        mutating func pass(_ duration: Duration) {
            now = now.advanced(by: duration)
            table.sweep(at: now)
        }
    }

    private let beacon = Beacon.invented(7)

    // MARK: What is known

    @Test func aNodeIsNewOnceAndEachFurtherAddressOnce() {
        var bench = Bench()
        #expect(bench.hear(beacon, from: 1) == .newNode)
        #expect(bench.hear(beacon, from: 1) == .refreshed)
        #expect(bench.hear(beacon, from: 2) == .newAddress)
        #expect(bench.hear(.invented(7, port: 9200), from: 2) == .newAddress)
        #expect(bench.table.nodes[beacon.node]?.addresses.count == 3)
    }

    @Test func whatNobodyAnnouncesIsForgotten() {
        var bench = Bench()
        bench.hear(beacon, from: 1, isWanted: false)
        for _ in 0..<10 {
            bench.pass(.seconds(5))
            #expect(bench.hear(beacon, from: 1, isWanted: false) == .refreshed)
        }
        bench.pass(.seconds(46))
        #expect(bench.table.nodes.isEmpty)
        #expect(bench.table.nextDeadline == nil)
        #expect(bench.hear(beacon, from: 1) == .newNode)
    }

    @Test func whereANodeWasReachedIsRememberedLonger() throws {
        var bench = Bench()
        bench.hear(beacon, from: 1)
        try bench.reach(beacon.node)
        bench.pass(.seconds(3600))
        #expect(bench.table.nodes[beacon.node] != nil)
        bench.table.lost(beacon.node, at: bench.now, delay: .seconds(1))
        bench.pass(.seconds(1))
        #expect(bench.start().map(\.address) == ["192.0.2.1:9100"])
        bench.pass(.seconds(604_800))
    }

    @Test func anotherKeyForAKnownNodeIsRefused() throws {
        var bench = Bench()
        bench.hear(beacon, from: 1)
        let forged = try #require(
            Beacon(node: beacon.node, publicKey: [UInt8](repeating: 9, count: 32), roles: .relay, port: 9100))
        #expect(bench.hear(forged, from: 2) == .refused(.discoveryKeyMismatch))
        #expect(bench.table.nodes[beacon.node]?.addresses.count == 1)
    }

    // MARK: Whom to dial

    private static let choices: [(roles: BeaconRoles, relays: Bool, gateways: Bool, isDialled: Bool)] = [
        (.client, true, true, false), ([.client, .relay], true, true, true), ([.client, .relay], false, true, false),
        ([.client, .relay, .gateway], false, true, true), ([.client, .relay, .gateway], true, false, false),
        (.gateway, true, true, true),
    ]

    @Test(arguments: choices)
    func rolesDecideWhoIsDialled(roles: BeaconRoles, relays: Bool, gateways: Bool, isDialled: Bool) {
        var bench = Bench(DiscoveryPolicy(connectsRelays: relays, connectsGateways: gateways))
        #expect(bench.hear(.invented(7, roles: roles), from: 1) == .newNode)
        #expect(bench.start().isEmpty != isDialled)
    }

    @Test func oneAttemptAtATimeForANode() throws {
        var bench = Bench()
        bench.hear(beacon, from: 1)
        bench.hear(beacon, from: 2)
        let (dial, address) = try #require(bench.start().first)
        #expect(bench.start().isEmpty)
        bench.hear(beacon, from: 1)
        #expect(bench.start().isEmpty)
        #expect(bench.fail(dial) == .seconds(1))
        let other = bench.start().map(\.address)
        #expect(other.count == 1 && other != [address])
    }

    @Test func failuresMakeDelaysGrow() throws {
        var bench = Bench(DiscoveryPolicy(maximumAttempts: 5))
        var delays: [Duration] = []
        for _ in 0..<7 {
            bench.hear(beacon, from: 1)
            let (dial, _) = try #require(bench.start().first)
            let failed = bench.fail(dial)
            let delay = try #require(failed)
            delays.append(delay)
            bench.hear(beacon, from: 1)
            #expect(bench.start().isEmpty)
            for _ in 0..<Int(delay.components.seconds / 10) {
                bench.pass(.seconds(10))
                bench.hear(beacon, from: 1)
            }
            bench.pass(.seconds(delay.components.seconds % 10))
        }
        // The attempts are used up, and it is announced all the same (§12.5).
        #expect(delays.map(\.components.seconds) == [1, 2, 4, 8, 600, 600, 600])
    }

    @Test func aSilentAddressIsNotTriedAgain() throws {
        var bench = Bench()
        bench.hear(beacon, from: 1)
        let (dial, _) = try #require(bench.start().first)
        bench.pass(.seconds(31))
        _ = bench.fail(dial)
        bench.pass(.seconds(2))
        #expect(bench.start().isEmpty)
    }

    @Test func aNodeThatComesBackWhereItWasIsDialledAtOnce() throws {
        var bench = Bench()
        bench.hear(beacon, from: 1)
        try bench.reach(beacon.node)
        bench.table.lost(beacon.node, at: bench.now, delay: .seconds(1))
        for seconds in [1, 1, 2, 4, 8] {
            bench.pass(.seconds(seconds))
            #expect(bench.failEverything().count == 1)
        }
        // It was away for 16 s: its new beacon counts for more than the old failures.
        #expect(bench.hear(beacon, from: 1) == .refreshed)
        #expect(bench.start().count == 1)
    }

    @Test func aNewAddressOfALostPeerIsTried() throws {
        var bench = Bench()
        bench.hear(beacon, from: 1)
        try bench.reach(beacon.node)
        // Heard while connected: known, and not tried.
        #expect(bench.hear(beacon, from: 2, isWanted: false) == .newAddress)
        #expect(bench.start().isEmpty)
        bench.table.lost(beacon.node, at: bench.now, delay: .seconds(1))
        bench.pass(.seconds(1))
        #expect(bench.failEverything() == ["192.0.2.1:9100"])
        #expect(bench.failEverything() == ["192.0.2.2:9100"])
    }

    /// Of two relays that hear each other, the smaller NodeID dials first.
    @Test func theGreaterNodeIDLetsTheOtherDial() {
        let policy = DiscoveryPolicy(isDialable: true)
        var greater = Bench(own: NodeID(high: .max, low: 0), policy)
        greater.hear(beacon, from: 1)
        #expect(greater.start().isEmpty)
        greater.pass(policy.limits.courtesy)
        #expect(greater.start().count == 1)
        var smaller = Bench(own: NodeID(high: 0, low: 0), policy)
        smaller.hear(beacon, from: 1)
        #expect(smaller.start().count == 1)
    }

    // MARK: Forgers

    @Test func whatIsForgedDisplacesNothingThatWorks() throws {
        var bench = Bench()
        bench.hear(beacon, from: 1)
        try bench.reach(beacon.node)
        // Beacons of the node played back from a hundred addresses while it is connected.
        for host in 10..<110 { bench.hear(beacon, from: UInt32(host), isWanted: false) }
        let addresses = try #require(bench.table.nodes[beacon.node]?.addresses)
        #expect(addresses.count == bench.table.policy.limits.addressesPerNode)
        #expect(addresses[0].key.source == .host(1))
        #expect(bench.start().isEmpty)
        // Once it is lost, it is looked for where it was.
        bench.table.lost(beacon.node, at: bench.now, delay: .seconds(1))
        bench.pass(.seconds(1))
        #expect(bench.start().map(\.address) == ["192.0.2.1:9100"])
    }

    @Test func theTrueAddressGetsItsTurnAmongForgedOnes() {
        var bench = Bench()
        for host in 10..<20 { bench.hear(beacon, from: UInt32(host)) }
        #expect(bench.hear(beacon, from: 1) == .refused(.discoveryAddressLimit))
        // Each that fails makes room.
        #expect(bench.failEverything().count == 1)
        #expect(bench.hear(beacon, from: 1) == .newAddress)
        var tried: [String] = []
        for _ in 0..<4 { tried += bench.failEverything() }
        #expect(tried.contains("192.0.2.1:9100"))
    }

    @Test func forgedRolesChangeNothingAboutAnotherAddress() {
        var bench = Bench()
        bench.hear(beacon, from: 1)
        bench.hear(.invented(7, roles: .client), from: 66)
        #expect(bench.start().map(\.address) == ["192.0.2.1:9100"])
    }

    @Test func oneSourceHoldsEightPlaces() {
        var bench = Bench()
        for number in 0..<1000 { bench.hear(.invented(UInt64(number)), from: 66) }
        #expect(bench.table.nodes.count == 8)
        #expect(bench.hear(.invented(5000), from: 66) == .refused(.discoverySourceLimit))
        #expect(bench.hear(.invented(5000), from: 67) == .newNode)
        // Known ones are still heard.
        #expect(bench.hear(.invented(3), from: 66) == .refreshed)
    }

    @Test func oneSourceCausesFewAttempts() {
        var bench = Bench()
        var attempts = 0
        var number: UInt64 = 0
        for _ in 0..<600 {
            for _ in 0..<20 {
                number += 1
                bench.hear(.invented(number), from: 66)
            }
            attempts += bench.failEverything().count
            bench.pass(.milliseconds(100))
        }
        // A burst of eight, then one every 4 s for a minute.
        #expect(attempts <= 8 + 15)
        #expect(attempts >= 8)
    }

    @Test func theTableIsBoundedAndAttemptsArePaced() throws {
        var bench = Bench()
        var attempts = 0
        for second in 0..<30 {
            for number in 0..<500 {
                let beacon = Beacon.invented(UInt64(second * 500 + number))
                bench.hear(beacon, from: UInt32(number + second * 500))
            }
            #expect(bench.table.nodes.count <= 1024)
            #expect(bench.table.nodes.count == 1024 || !(3..<28).contains(second))
            #expect(bench.table.attempts.count <= 16)
            attempts += bench.failEverything().count
            bench.pass(.seconds(1))
        }
        #expect(attempts <= 16 + 4 * 30)
        #expect(attempts > 60)
        // A node that is real gets in, for what failed makes room.
        #expect(bench.hear(beacon, from: 1) == .newNode)
        bench.pass(.seconds(60))
        #expect(bench.table.nodes.isEmpty)
        bench.pass(.seconds(60))
        bench.hear(beacon, from: 1)
        bench.pass(.seconds(60))
        #expect(bench.table.sources.count == 0)
    }

    @Test func noMoreAttemptsAtATimeThanAllowed() {
        var bench = Bench()
        for number in 0..<40 { bench.hear(.invented(UInt64(number)), from: UInt32(number)) }
        let started = bench.start()
        #expect(started.count == 16)
        bench.pass(.seconds(1))
        #expect(bench.start().isEmpty)
        _ = bench.fail(started[0].0)
        #expect(bench.start().count == 1)
        #expect(bench.start().isEmpty)
    }

    @Test func twoAttemptsAtATimeToOneSource() {
        var bench = Bench()
        for number in 0..<5 { bench.hear(.invented(UInt64(number)), from: 66) }
        bench.hear(.invented(9), from: 67)
        #expect(bench.start().map(\.address).count { $0.hasPrefix("192.0.2.66:") } == 2)
    }
}
