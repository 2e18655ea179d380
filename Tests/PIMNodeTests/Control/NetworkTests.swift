import PIMCore
import PIMCrypto
import PIMWire
import Testing

@testable import PIMNode

/// Control planes against each other, without a hand-played peer.
@Suite struct NetworkTests {
    private func line() throws -> Network {
        var network = Network([
            try Subject(.filled(1), configuration: ControlConfiguration(targets: [DialTarget(address: "1")])),
            try Subject(.filled(2), configuration: ControlConfiguration(targets: [DialTarget(address: "2")])),
            try Subject(.filled(3)),
        ])
        for index in 0..<2 {
            let dial = try #require(network.dialsDue(at: index).first)
            network.open(dial, from: index, to: index + 1)
        }
        network.run()
        return network
    }

    @Test func aLineOfThreeConvergesWithoutWaitingForAnyTimer() throws {
        let network = try line()
        #expect(network.subjects[0].distances == [network.node(1): 1, network.node(2): 2])
        #expect(network.subjects[1].distances == [network.node(0): 1, network.node(2): 1])
        #expect(network.subjects[2].distances == [network.node(1): 1, network.node(0): 2])
    }

    @Test func everybodyLearnsEverybodysKey() throws {
        let network = try line()
        for index in 0..<3 {
            var keys: [NodeID: X25519PublicKey] = [:]
            for case .peerInfo(let source, let key, _, _, _, _) in network.effects[index] { keys[source] = key }
            for other in 0..<3 where other != index {
                #expect(keys[network.node(other)] == network.subjects[other].plane.identity.x25519PublicKey)
            }
        }
    }

    @Test func theEndsSurviveHoursOfIdling() throws {
        var network = try line()
        for _ in 0..<40 { network.advance(by: .seconds(4)) }
        #expect(network.subjects.map { $0.plane.routes.count } == [2, 2, 2])
        #expect(network.effects.flatMap(\.counted).contains(.peerSilent) == false)
    }

    @Test func anUnconfirmedSecretNeverBecomesARoute() throws {
        var network = Network([
            try Subject(
                .filled(1), configuration: ControlConfiguration(targets: [DialTarget(address: "1")]),
                meshKey: try .filled(0xab)),
            try Subject(.filled(2), meshKey: try .filled(0xcd)),
        ])
        let dial = try #require(network.dialsDue(at: 0).first)
        network.open(dial, from: 0, to: 1)
        network.run()
        #expect(network.effects.flatMap(\.tables).isEmpty)
        #expect(network.subjects.allSatisfy { $0.plane.linkCount == 0 })
        #expect(network.subjects[0].plane.dialTargets.first?.failures == 1)
    }
}
