import CAllocationCounter
import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// The packet path allocates nothing per packet: at most one allocation in ten packets, after the first ones.
///
/// Counted on the test's own thread. Where the counter sees nothing, on other platforms and under sanitizers, nothing is
/// claimed.
@Suite struct PacketAllocationTests {
    private static let alice = NodeID.filled(1)
    private static let bob = NodeID.filled(2)
    private static let gateway = NodeID.filled(3)
    private static let packets = 1000

    /// Allocations per call, after as many calls that may.
    private static func allocations(_ body: () throws -> Void) rethrows -> Double {
        for _ in 0..<packets { try body() }
        let before = pim_thread_allocation_count()
        for _ in 0..<packets { try body() }
        return Double(pim_thread_allocation_count() - before) / Double(packets)
    }

    private static let table: ForwardingTable = {
        var index = AddressIndex(own: alice) { MeshAddress.ipv4(of: $0, in: .mesh) }
        _ = index.insert(bob)
        return ForwardingTable(
            own: alice,
            routes: [
                bob: .init(link: .first, nextHop: bob, hops: 1),
                gateway: .init(link: .first, nextHop: gateway, hops: 1, isGateway: true),
            ], owners: index.owners, gateway: gateway)
    }()

    /// TCP with 1400 bytes of payload, for one packet; or with more, for a super-packet.
    private static func tcp(_ payload: Int, from source: IPAddress, to destination: IPAddress) -> [UInt8] {
        let body = [0x13, 0x88, 0x17, 0x70, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 2, 0, 0, 0, 0, 0] as [UInt8]
        var packet = emptyPacket(from: source, to: destination)
        let isIPv4 = packet[0] >> 4 == 4
        packet[isIPv4 ? 9 : 6] = 6
        let length = (isIPv4 ? 20 : 0) + 20 + payload
        packet[isIPv4 ? 2 : 4] = UInt8(length >> 8)
        packet[isIPv4 ? 3 : 5] = UInt8(length & 0xff)
        return packet + body + [UInt8](repeating: 7, count: payload)
    }

    private static let samples = [
        tcp(1400, from: IPAddress.derived(alice).ipv4, to: IPAddress.derived(bob).ipv4),
        tcp(1400, from: IPAddress.derived(alice).ipv6, to: IPAddress.derived(bob).ipv6),
    ]

    /// Or the others could never fail.
    @Test func theCounterCountsWhereItClaimsTo() {
        #if os(Linux) && canImport(Glibc)
            let counted = Self.allocations { withExtendedLifetime([UInt8](repeating: 1, count: 100)) {} }
            guard counted > 0 else { return #expect(pim_allocation_count() == 0) }
            #expect(counted >= 1)
        #endif
    }

    @Test func routing() throws {
        var flows = GatewayFlows()
        let outside = Self.tcp(100, from: IPAddress.derived(Self.alice).ipv4, to: .ipv4("192.0.2.1"))
        var sent = 0
        let counted = try Self.allocations {
            for index in 0..<2 {
                try Self.samples[index].withUnsafeBytes { bytes in
                    let header = try IPHeader(decoding: bytes)
                    _ = header.flow(of: bytes, seed: 1)
                    if Self.table.route(to: header.destination) == .node(Self.bob) { sent += 1 }
                }
            }
            try outside.withUnsafeBytes { bytes in
                let header = try IPHeader(decoding: bytes)
                let flow = header.flow(of: bytes, seed: 1)
                guard Self.table.route(to: header.destination) == .internet, let chosen = Self.table.gateway else {
                    return
                }
                _ = flows.gateway(for: flow, chosen: chosen, routes: Self.table.routes, at: .seconds(1))
                sent += 1
            }
        }
        #expect(sent == 3 * 2 * Self.packets)
        #expect(counted <= 0.1 * 3)
    }

    @Test func admission() throws {
        var admission = PacketAdmission(own: Self.bob, prefixes: MeshPrefixes())
        var taken = 0
        let counted = try Self.allocations {
            for index in 0..<2 {
                try Self.samples[index].withUnsafeBytes { bytes in
                    let header = try IPHeader(decoding: bytes)
                    if admission.refusal(of: header, from: Self.alice, table: Self.table) == nil { taken += 1 }
                }
            }
        }
        #expect(taken == 2 * 2 * Self.packets)
        #expect(counted <= 0.1 * 2)
    }

    @Test func records() throws {
        var frame = [UInt8](repeating: 0, count: 4000)
        var seen = 0
        let counted = try Self.allocations {
            try frame.withUnsafeMutableBytes { frame in
                var length = 0
                for index in 0..<2 {
                    let packet = Self.samples[index]
                    let record = UnsafeMutableRawBufferPointer(rebasing: frame[length...])
                    PacketRecord.writeHeader(length: packet.count, segmentSize: 0, to: record)
                    UnsafeMutableRawBufferPointer(rebasing: record[PacketRecord.headerLength...]).copyBytes(
                        from: packet)
                    length += PacketRecord.headerLength + packet.count
                }
                try PacketRecord.forEach(
                    in: UnsafeMutableRawBufferPointer(rebasing: frame[..<length]), acceptsSuperPackets: true
                ) { _ in seen += 1 }
            }
        }
        #expect(seen == 2 * 2 * Self.packets)
        #expect(counted <= 0.1 * 2)
    }

    @Test func segmentation() throws {
        let (ipv4, ipv6) = (IPAddress.derived(Self.alice), IPAddress.derived(Self.bob))
        let wholes = [
            Self.tcp(14_000, from: ipv4.ipv4, to: ipv6.ipv4), Self.tcp(14_000, from: ipv4.ipv6, to: ipv6.ipv6),
        ]
        var scratch = [UInt8](repeating: 0, count: 65_536)
        var segments = 0
        let counted = try Self.allocations {
            for index in 0..<2 {
                try wholes[index].withUnsafeBytes { bytes in
                    let shape = try SuperPacket(bytes, header: IPHeader(decoding: bytes), segmentSize: 1400)
                    scratch.withUnsafeMutableBytes { scratch in
                        for index in 0..<shape.segmentCount {
                            _ = shape.writeSegment(index, of: bytes, to: scratch)
                            segments += 1
                        }
                    }
                }
            }
        }
        #expect(segments == 20 * 2 * Self.packets)
        // Per super-packet, not only per segment.
        #expect(counted <= 0.1 * 2)
    }

    #if os(Linux)
        @Test func sealingInPlace() throws {
            var random = SplitMix64(seed: 7)
            let (offer, answer) = try (Ephemeral(using: &random), Ephemeral(using: &random))
            let keys = try EndToEndKeys(
                offering: offer, answer: answer.publicKey, own: Self.alice, peer: Self.bob)
            var alice = SealedTraffic()
            _ = alice.apply(.add(keys, peer: Self.bob))
            _ = alice.apply(.features(Self.bob, [.sessions, .sealedPackets]))
            _ = alice.apply(.establish(keys.id, peer: Self.bob, isInitiator: true))
            var frame = [UInt8](repeating: 0, count: 1440)
            var sealed = 0
            let counted = Self.allocations {
                guard alice.packetCarriage(to: Self.bob, at: .zero) == .sealed(takesSuperPackets: false) else { return }
                frame.withUnsafeMutableBytes { if alice.sealPackets($0, to: Self.bob, at: .zero) { sealed += 1 } }
            }
            #expect(sealed == 2 * Self.packets)
            #expect(counted <= 0.1)
        }

        @Test func boxesInPlace() throws {
            var random = SplitMix64(seed: 8)
            let recipient = try Identity.filled(2)
            let sealer = try EndToEndBoxSealer(recipient: recipient.x25519PublicKey, at: .zero, using: &random)
            let opener = EndToEndBoxOpener(identity: recipient)
            var box = [UInt8](repeating: 0, count: 1460)
            let counted = try Self.allocations {
                try box.withUnsafeMutableBytes { box in
                    try sealer.seal(box, using: &random)
                    _ = try opener.open(box)
                }
            }
            #expect(counted <= 0.1)
        }
    #endif
}
