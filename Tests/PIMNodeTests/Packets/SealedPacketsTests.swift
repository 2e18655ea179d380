import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// How packets to a node travel, and sealed packets there and back (`design/extensions.md` §5, §6).
@Suite struct SealedPacketsTests {
    private static let alice = NodeID.filled(1)
    private static let bob = NodeID.filled(2)
    private let packet = emptyPacket(from: IPAddress.derived(alice).ipv4, to: IPAddress.derived(bob).ipv4)

    private func keys() throws -> (ours: EndToEndKeys, theirs: EndToEndKeys) {
        var random = SplitMix64(seed: 7)
        let (offer, answer) = try (Ephemeral(using: &random), Ephemeral(using: &random))
        return try (
            EndToEndKeys(offering: offer, answer: answer.publicKey, own: Self.alice, peer: Self.bob),
            EndToEndKeys(answering: answer, offer: offer.publicKey, own: Self.bob, peer: Self.alice)
        )
    }

    /// The offering end of a session with a node that has proven these features.
    private func sender(_ features: FeatureSet, _ policy: ReferencePolicy = .allow) throws -> SealedTraffic {
        let keys = try keys().ours
        var traffic = SealedTraffic(referencePeers: policy)
        _ = traffic.apply(.add(keys, peer: Self.bob))
        _ = traffic.apply(.features(Self.bob, features))
        _ = traffic.apply(.establish(keys.id, peer: Self.bob, isInitiator: true))
        return traffic
    }

    private func receiver() throws -> SealedTraffic {
        var traffic = SealedTraffic()
        _ = traffic.apply(.add(try keys().theirs, peer: Self.alice))
        return traffic
    }

    /// Records of a frame, with room for its head and its tag.
    private func frame(of packets: [[UInt8]]) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: WireLimits.sealedHeader)
        for packet in packets { frame += [UInt8(packet.count >> 8), UInt8(packet.count & 0xff), 0, 0] + packet }
        return frame + [UInt8](repeating: 0, count: WireLimits.tag)
    }

    private func wantsSession(_ traffic: inout SealedTraffic) -> Bool {
        traffic.takeReports().contains { if case .wantsSession(Self.bob) = $0 { true } else { false } }
    }

    @Test func theOtherNodesFeaturesDecide() throws {
        let all: FeatureSet = [.sealedLinks, .sessions, .sealedPackets, .gsoPackets]
        for (features, allowed, refused) in [
            (all, PacketCarriage.sealed(takesSuperPackets: true), PacketCarriage.sealed(takesSuperPackets: true)),
            (all.subtracting(.gsoPackets), .sealed(takesSuperPackets: false), .sealed(takesSuperPackets: false)),
            ([.sealedLinks, .sessions], .reference, .refused),
        ] {
            var traffic = try sender(features)
            #expect(traffic.packetCarriage(to: Self.bob, at: .zero) == allowed)
            traffic = try sender(features, .refuse)
            #expect(traffic.packetCarriage(to: Self.bob, at: .zero) == refused)
        }
    }

    @Test func withoutASessionPacketsWaitAndOneIsAskedFor() {
        var traffic = SealedTraffic()
        #expect(traffic.packetCarriage(to: Self.bob, at: .zero) == .waits)
        #expect(traffic.hasReports)
        #expect(wantsSession(&traffic))
        // Not for every packet.
        #expect(traffic.packetCarriage(to: Self.bob, at: .seconds(0.5)) == .waits)
        #expect(!traffic.hasReports)
        #expect(traffic.packetCarriage(to: Self.bob, at: .seconds(1)) == .waits)
        #expect(wantsSession(&traffic))
    }

    @Test func aReferenceNodeGetsReferencePacketsAndASessionIsAskedForAlongside() {
        for (policy, carriage) in [(ReferencePolicy.allow, PacketCarriage.reference), (.refuse, .refused)] {
            var traffic = SealedTraffic(referencePeers: policy)
            _ = traffic.apply(.carry(Self.bob, .reference))
            #expect(traffic.packetCarriage(to: Self.bob, at: .zero) == carriage)
            #expect(wantsSession(&traffic))
        }
    }

    /// What a node proved counts with its session: the next one says it anew.
    @Test func featuresEndWithTheSession() throws {
        let keys = try keys().ours
        for end in [PayloadCarriage.awaitingSession, .reference] {
            var traffic = try sender([.sessions, .sealedPackets])
            _ = traffic.apply(.carry(Self.bob, end))
            _ = traffic.apply(.establish(keys.id, peer: Self.bob, isInitiator: true))
            #expect(traffic.packetCarriage(to: Self.bob, at: .zero) == .reference)
            _ = traffic.apply(.features(Self.bob, [.sessions, .sealedPackets]))
            #expect(traffic.packetCarriage(to: Self.bob, at: .zero) == .sealed(takesSuperPackets: false))
        }
    }

    @Test func sealedPacketsOpenOnceAtTheOtherNodeAndInFull() throws {
        var alice = try sender([.sessions, .sealedPackets])
        var bob = try receiver()
        for count in [1, 3] {
            let clear = frame(of: Array(repeating: packet, count: count))
            var frame = clear
            #expect(frame.withUnsafeMutableBytes { alice.sealPackets($0, to: Self.bob, at: .zero) })
            #expect(frame.first == 0x43)
            #expect(frame.count == clear.count)
            #expect(frame[17...] != clear[17...])
            let sealed = frame
            let records = frame.withUnsafeMutableBytes { bytes -> [UInt8]? in
                guard
                    case .packets(let records) = bob.open(bytes, from: Self.alice, via: .first, at: .zero)
                else { return nil }
                return Array(records)
            }
            #expect(records == Array(clear[17..<clear.count - 16]))
            frame = sealed
            let again = frame.withUnsafeMutableBytes { bob.open($0, from: Self.alice, via: .first, at: .zero) }
            guard case .dropped(.sealedReplayed) = again else {
                Issue.record("\(again)")
                return
            }
        }
        guard case .sessionOpened? = bob.takeReports().first else {
            Issue.record("not reported")
            return
        }
    }

    @Test func whatWasSealedIsReportedOnceASecond() throws {
        var alice = try sender([.sessions, .sealedPackets])
        _ = alice.takeReports()
        func seal(at time: MonotonicTime) -> UInt64? {
            var frame = frame(of: [packet])
            _ = frame.withUnsafeMutableBytes { alice.sealPackets($0, to: Self.bob, at: time) }
            for case .sessionSealed(_, let frames) in alice.takeReports() { return frames }
            return nil
        }
        // The confirmation was the first frame.
        #expect(seal(at: .seconds(5)) == 2)
        #expect(seal(at: .seconds(5.9)) == nil)
        #expect(seal(at: .seconds(6)) == 4)
    }

    @Test func withoutASessionNothingIsSealed() throws {
        var traffic = SealedTraffic()
        var frame = frame(of: [packet])
        #expect(!frame.withUnsafeMutableBytes { traffic.sealPackets($0, to: Self.bob, at: .zero) })
        var alice = try sender([.sessions, .sealedPackets])
        #expect(!frame.withUnsafeMutableBytes { alice.sealPackets($0, to: .filled(9), at: .zero) })
        _ = alice.apply(.carry(Self.bob, .awaitingSession))
        #expect(!frame.withUnsafeMutableBytes { alice.sealPackets($0, to: Self.bob, at: .zero) })
    }
}
