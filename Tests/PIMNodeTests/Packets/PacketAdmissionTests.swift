import PIMCore
import PIMWire
import Testing

@testable import PIMNode

/// The last paragraph of `design/extensions.md` §5, row by row.
@Suite struct PacketAdmissionTests {
    private static let own = NodeID.filled(1)
    private static let sender = NodeID.filled(2)
    private static let gateway = NodeID.filled(3)
    private static let world = (IPAddress.ipv4("192.0.2.1"), IPAddress.ipv6("2001:db8::1"))

    /// A node `gateway` is one, `sender` is none.
    private func table(isGateway: Bool = false) -> ForwardingTable {
        ForwardingTable(
            own: Self.own,
            routes: [
                Self.sender: .init(link: .first, nextHop: Self.sender, hops: 1),
                Self.gateway: .init(link: .first, nextHop: Self.sender, hops: 2, isGateway: true),
            ], isGateway: isGateway)
    }

    private func admission() -> PacketAdmission { PacketAdmission(own: Self.own, prefixes: MeshPrefixes()) }

    /// What becomes of a packet of either version; the two have to agree.
    private func refusal(
        from source: (IPAddress, IPAddress), to destination: (IPAddress, IPAddress), by node: NodeID,
        isGateway: Bool = false, used: [NodeID] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> MeshCounter? {
        var admission = admission()
        for node in used { admission.noteUse(of: node) }
        let table = table(isGateway: isGateway)
        let ipv4 = admission.refusal(of: try header(from: source.0, to: destination.0), from: node, table: table)
        let ipv6 = admission.refusal(of: try header(from: source.1, to: destination.1), from: node, table: table)
        #expect(ipv4 == ipv6, sourceLocation: sourceLocation)
        return ipv4
    }

    private static let ours = IPAddress.derived(own)
    private static let theirs = IPAddress.derived(sender)
    private static let gateways = IPAddress.derived(gateway)

    @Test func aPacketOfTheSenderToThisNodeIsTaken() throws {
        for isGateway in [false, true] {
            #expect(try refusal(from: Self.theirs, to: Self.ours, by: Self.sender, isGateway: isGateway) == nil)
        }
    }

    @Test func aPacketInAnothersNameIsNot() throws {
        for isGateway in [false, true] {
            for source in [Self.gateways, Self.ours] {
                let refusal = try refusal(from: source, to: Self.ours, by: Self.sender, isGateway: isGateway)
                #expect(refusal == .packetForeignSource)
            }
        }
    }

    @Test func aPacketForAnotherNodeIsNot() throws {
        for isGateway in [false, true] {
            let refusal = try refusal(from: Self.theirs, to: Self.gateways, by: Self.sender, isGateway: isGateway)
            #expect(refusal == .packetForeignDestination)
        }
    }

    @Test func onlyAGatewayTakesPacketsThatLeaveTheMesh() throws {
        #expect(
            try refusal(from: Self.theirs, to: Self.world, by: Self.sender) == .packetForeignDestination)
        #expect(try refusal(from: Self.theirs, to: Self.world, by: Self.sender, isGateway: true) == nil)
        for source in [Self.gateways, Self.world] {
            let refusal = try refusal(from: source, to: Self.world, by: Self.sender, isGateway: true)
            #expect(refusal == .packetForeignSource)
        }
    }

    @Test func onlyAGatewayInUseSpeaksForTheWorld() throws {
        #expect(try refusal(from: Self.world, to: Self.ours, by: Self.gateway) == .packetForeignSource)
        #expect(try refusal(from: Self.world, to: Self.ours, by: Self.gateway, used: [Self.gateway]) == nil)
        // A node that is no gateway does not, whatever was sent to it; nor does one while another one is in use.
        #expect(
            try refusal(from: Self.world, to: Self.ours, by: Self.sender, used: [Self.sender]) == .packetForeignSource)
        #expect(
            try refusal(from: Self.world, to: Self.ours, by: Self.sender, used: [Self.gateway])
                == .packetForeignSource)
        // Even a gateway in use speaks for no other node of the mesh.
        #expect(
            try refusal(from: Self.theirs, to: Self.ours, by: Self.gateway, used: [Self.gateway])
                == .packetForeignSource)
        #expect(try refusal(from: Self.gateways, to: Self.ours, by: Self.gateway, used: [Self.gateway]) == nil)
    }

    @Test func aGatewayThatIsNoneAnyMoreIsNotBelieved() throws {
        var admission = admission()
        admission.noteUse(of: Self.gateway)
        var table = table()
        let packet = try header(from: Self.world.0, to: Self.ours.ipv4)
        #expect(admission.refusal(of: packet, from: Self.gateway, table: table) == nil)
        table.routes[Self.gateway]?.isGateway = false
        #expect(admission.refusal(of: packet, from: Self.gateway, table: table) == .packetForeignSource)
        table.routes[Self.gateway] = nil
        #expect(admission.refusal(of: packet, from: Self.gateway, table: table) == .packetForeignSource)
    }

    @Test(arguments: [
        IPAddress.ipv4("127.0.0.1"), .ipv4("0.0.0.0"), .ipv4("169.254.1.1"), .ipv4("224.0.0.1"),
        .ipv4("255.255.255.255"), .ipv6("::1"), .ipv6("::"), .ipv6("fe80::1"), .ipv6("ff02::1"),
    ])
    func nothingLocalComesThroughTheMesh(_ address: IPAddress) throws {
        var admission = admission()
        admission.noteUse(of: Self.gateway)
        let (own, other): (IPAddress, IPAddress) =
            if case .v4 = address { (Self.ours.ipv4, Self.theirs.ipv4) } else { (Self.ours.ipv6, Self.theirs.ipv6) }
        #expect(
            admission.refusal(of: try header(from: address, to: own), from: Self.gateway, table: table())
                == .packetForeignSource)
        #expect(
            admission.refusal(
                of: try header(from: other, to: address), from: Self.sender, table: table(isGateway: true))
                == .packetForeignDestination)
    }

    @Test func aGatewayTakesNoBroadcastOfTheMesh() throws {
        var admission = admission()
        let packet = try header(from: Self.theirs.ipv4, to: .ipv4("10.77.255.255"))
        #expect(
            admission.refusal(of: packet, from: Self.sender, table: table(isGateway: true))
                == .packetForeignDestination)
    }

    /// More senders than are remembered, in turn: none is taken for another.
    @Test func manySendersAreToldApart() throws {
        var admission = admission()
        let nodes = (0..<1500).map { NodeID(high: 9, low: UInt64($0)) }
        let table = table()
        for _ in 0..<2 {
            for (index, node) in nodes.enumerated() {
                let right = try header(from: IPAddress.derived(node).ipv6, to: Self.ours.ipv6)
                let wrong = try header(
                    from: IPAddress.derived(nodes[(index + 1) % nodes.count]).ipv6, to: Self.ours.ipv6)
                #expect(admission.refusal(of: right, from: node, table: table) == nil)
                #expect(admission.refusal(of: wrong, from: node, table: table) == .packetForeignSource)
            }
        }
    }
}
