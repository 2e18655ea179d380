import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Route updates as they arrive: signatures, attribution, limits (`spec/routing.md` §4, §5).
@Suite struct RouteUpdateFrameTests {
    private var subject: Subject
    private var remote: Remote
    private let far = NodeID.filled(0xf)

    init() throws {
        subject = try Subject()
        remote = try Remote(0x02)
        try subject.connect(&remote)
    }

    private mutating func receive(_ bytes: [UInt8]) -> [ControlEffect] {
        subject.handle(.directFrame(.first, .routeUpdate, bytes))
    }

    @Test mutating func aSignedUpdateMakesRoutesAndATable() throws {
        let effects = receive(try remote.update([RouteEntry(far, 1)]))
        #expect(effects.events.contains(.routeAdded(far)))
        let table = try #require(effects.tables.first)
        #expect(table.routes[far] == ForwardingTable.Route(link: .first, nextHop: remote.node, hops: 2))
        #expect(table.neighbours == [remote.node: .first])
    }

    @Test mutating func theTableComesBeforeTheEventsThatReferToIt() throws {
        let effects = receive(try remote.update([RouteEntry(far, 1)]))
        let table = effects.position { if case .publish = $0 { true } else { false } }
        let event = effects.position { if case .event(.routeAdded) = $0 { true } else { false } }
        #expect(try #require(table) < #require(event))
    }

    @Test mutating func anUnchangedTableIsNotPublishedAgain() throws {
        #expect(receive(try remote.update([RouteEntry(far, 1)])).tables.count == 1)
        #expect(receive(try remote.update([RouteEntry(far, 1)])).tables.isEmpty)
    }

    @Test mutating func aWrongSignatureIsRefusedAndBurnsNothing() throws {
        var forged = try remote.update([RouteEntry(far, 1)], sequence: 5000)
        forged[forged.count - 1] ^= 1
        #expect(receive(forged).counted == [.routeSignatureInvalid])
        #expect(subject.distances[far] == nil)
        #expect(receive(try remote.update([RouteEntry(far, 1)], sequence: 5000)).events.contains(.routeAdded(far)))
    }

    @Test mutating func sixtyFourZerosAreNoSignature() throws {
        let unsigned = try RouteUpdate(
            origin: remote.node, sequence: 9, entries: [RouteEntry(remote.node, 0), RouteEntry(far, 1)]
        ).encode()
        #expect(receive(unsigned).counted == [.routeSignatureInvalid])
    }

    @Test mutating func anUpdateSignedByAnotherNodeIsRefused() throws {
        var other = try Remote(0x42)
        #expect(receive(try other.update([RouteEntry(far, 1)])).counted == [.routeUpdateForeign])
        let inItsName = try RouteUpdate(
            signedBy: other.identity, sequence: 9, entries: [RouteEntry(remote.node, 0), RouteEntry(far, 1)])
        var claimed = inItsName
        claimed.origin = remote.node
        #expect(receive(try claimed.encode()).counted == [.routeSignatureInvalid])
        #expect(subject.distances[far] == nil)
    }

    @Test mutating func aStaleUpdateIsCounted() throws {
        _ = receive(try remote.update([], sequence: 100))
        #expect(receive(try remote.update([RouteEntry(far, 1)], sequence: 100)).counted == [.routeUpdateStale])
        #expect(subject.distances[far] == nil)
    }

    @Test mutating func bytesAfterTheSignatureAreIgnored() throws {
        let update = try remote.update([RouteEntry(far, 1)])
        #expect(receive(update + [1, 2, 3]).events.contains(.routeAdded(far)))
    }

    @Test(arguments: [[UInt8](), [UInt8](repeating: 0, count: 25), [UInt8](repeating: 0xff, count: 200)])
    mutating func garbageIsCountedAndTheLinkStays(bytes: [UInt8]) {
        #expect(receive(bytes).counted == [.controlMalformed])
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test mutating func aDistanceLieIsCountedAndVoidsTheUpdate() throws {
        #expect(receive(try remote.update([RouteEntry(far, 0)])).counted == [.routeDistanceLie])
        #expect(subject.distances[far] == nil)
    }

    @Test mutating func anAddressThatIsNotTheDerivedOneOnlyWarns() throws {
        let entry = RouteEntry(
            destination: far, hops: 1, isGateway: false, meshIPv4: IPv4Address(rawValue: 0x0102_0304))
        let effects = receive(try remote.update([entry]))
        #expect(effects.counted == [.routeAddressMismatch])
        #expect(subject.plane.routes.first { $0.destination == far }?.meshIPv4 == MeshAddress.ipv4(of: far, in: .mesh))
    }

    @Test mutating func aFloodOfUpdatesIsCutBeforeTheSignatureCheck() throws {
        let update = try remote.update()
        var counted: [MeshCounter] = []
        for _ in 0..<100 { counted += receive(update).counted }
        #expect(counted.count { $0 == .controlOverLimit } >= 50)
        #expect(subject.plane.isConnected(remote.node))
    }

    @Test mutating func repeatedLiesExcludeThePeerForAWhile() throws {
        var effects: [ControlEffect] = []
        for _ in 0..<4 { effects += receive(try remote.update([RouteEntry(far, 0)])) }
        #expect(effects.closeReason() == .misbehaviour)
        #expect(subject.plane.routes.isEmpty)
        #expect(try subject.connect(&remote, on: .second).closeReason(of: .second) == .excluded)
        subject.advance(by: .seconds(61))
        let third = LinkID(rawValue: 3)
        #expect(try subject.connect(&remote, on: third).installs == [third])
    }

    /// AC-11.
    @Test mutating func twoNodesWithOneAddressAreReported() throws {
        // Prefix /32: every node derives the same address, ours included.
        let prefix = try #require(IPv4Prefix(IPv4Address(rawValue: 0x0a4d_0000), length: 32))
        subject = try Subject(configuration: ControlConfiguration(meshPrefixes: MeshPrefixes(ipv4: prefix)))
        let effects = try subject.connect(&remote)
        #expect(effects.events.contains(.addressCollision(subject.plane.own, remote.node)))
        #expect(subject.plane.addressCollisions == 1)
        #expect(subject.plane.owner(of: prefix.network) == subject.plane.own)
    }
}
