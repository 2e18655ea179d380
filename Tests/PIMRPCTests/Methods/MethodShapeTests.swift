import Foundation
import PIMCore
import Testing

@testable import PIMRPC

/// Results and events against the machine-readable contract, member by member.
@Suite("Shapes on the wire")
struct MethodShapeTests {
    private static let node = NodeID(high: 0xa3f1_b2c4_0000_0000, low: 0x9d32_e0f8)
    private static let key = X25519PublicKey(repeatElement(7, count: 32))

    private static let peer = PeerSummary(
        nodeID: node, label: nil, meshIP: "10.77.1.2", transport: .tcp, state: .active, routeHops: 1,
        lastSeenSeconds: 2, latencyMilliseconds: nil, isGateway: false, isStatic: true, x25519PublicKey: nil)

    private static func status() throws -> DaemonStatus {
        DaemonStatus(
            node: "a", nodeID: node, x25519PublicKey: try #require(key), meshIPv4: "10.77.201.14/16",
            meshIPv6: "fd77::1/64", interface: .off, role: ["client", "relay"],
            transport: TransportStatus(tcpPort: 9100), peers: [peer],
            routes: RouteSummary(active: 1, expired: 0, selectedGateway: nil),
            stats: TrafficStatistics(forwardedBytes: 0, forwardedPackets: 0, dropped: 0, congestionDrops: 0),
            uptimeSeconds: 1, routeOn: false, startedAt: "2023-11-14T22:13:20Z", version: "1", pid: 2)
    }

    /// What every method answers, made by its own type.
    private static func samples() throws -> [String: JSONValue] {
        func encoded<Value: Codable>(_ type: Value.Type) throws -> JSONValue {
            try RPCCoding.decode(JSONValue.self, from: RPCCoding.encode(SchemaCatalog.example(of: type)))
        }
        return try Dictionary(uniqueKeysWithValues: RPC.stockMethods.map { ($0.name, try encoded($0.result)) })
    }

    private func contract() throws -> [String: JSONValue] {
        let url = try #require(
            Bundle.module.url(forResource: "rpc-methods", withExtension: "json", subdirectory: "Resources"))
        let entries = try RPCCoding.decode([[String: JSONValue]].self, from: Data(contentsOf: url))
        return Dictionary(
            uniqueKeysWithValues: entries.compactMap { entry in
                guard case .string(let name)? = entry["method"] else { return nil }
                return (name, entry["result"] ?? .null)
            })
    }

    @Test func resultsHaveEveryMemberOfTheContract() throws {
        let samples = try Self.samples()
        for (method, expected) in try contract() where !method.contains(".event") {
            let actual = try #require(samples[method], "\(method) has no descriptor")
            expectMembers(of: expected, in: actual, path: method)
        }
    }

    @Test func everyMethodHasItsOwnNameAndASummary() {
        #expect(Set(RPC.stockMethods.map(\.name)).count == RPC.stockMethods.count)
        #expect(RPC.stockMethods.allSatisfy { !$0.summary.isEmpty })
    }

    /// Every member named by the contract is present, with a value of the kind it says.
    private func expectMembers(of expected: JSONValue, in actual: JSONValue, path: String) {
        switch (expected, actual) {
        case (.object(let members), .object(let values)):
            for (name, member) in members {
                guard let value = values[name] else {
                    Issue.record("\(path).\(name) is missing")
                    continue
                }
                expectMembers(of: member, in: value, path: "\(path).\(name)")
            }
        case (.array(let elements), .array(let values)):
            if let element = elements.first, let value = values.first {
                expectMembers(of: element, in: value, path: "\(path)[]")
            }
        case (.string(let type), _):
            #expect(Self.isKind(type, actual), "\(path) is \(actual), the contract says \(type)")
        default:
            #expect(expected == actual, "\(path)")
        }
    }

    private static func isKind(_ type: String, _ value: JSONValue) -> Bool {
        switch value {
        case .null: type.contains("null")
        case .string: ["string", "'", "null"].contains { type.hasPrefix($0) }
        case .bool: ["bool", "true", "false"].contains { type.hasPrefix($0) }
        case .integer: ["int", "u8", "u16", "u32", "u64", "i64", "0", "1"].contains { type.hasPrefix($0) }
        case .array: type.hasPrefix("[")
        default: false
        }
    }

    @Test func optionalMembersArePresentAsNull() throws {
        let text = String(decoding: try RPCCoding.encode(Self.peer), as: UTF8.self)
        #expect(text.contains(#""label":null"#))
        #expect(text.contains(#""latency_ms":null"#))
        #expect(text.contains(#""x25519_pubkey":null"#))
        #expect(text.contains(#""node_id_short":"a3f1b2c4..9d32e0f8""#))
        #expect(try RPCCoding.decode(PeerSummary.self, from: Array(text.utf8)) == Self.peer)
    }

    @Test func membersAnOlderDaemonLacksAreNil() throws {
        let hello = try RPCCoding.decode(
            HelloResult.self, from: Array(#"{"daemon":"pim-daemon/0.1.10","features":[],"rpc_version":1}"#.utf8))
        #expect(hello.pid == nil)
    }

    @Test func aStatusSurvivesTheWire() throws {
        let status = try Self.status()
        #expect(try RPCCoding.decode(DaemonStatus.self, from: RPCCoding.encode(status)) == status)
        #expect(status.meshIP == status.meshIPv4)
    }

    @Test func eventsLeaveOutWhatTheyDoNotHave() throws {
        let event = StatusEvent(.routeOn, at: "2023-11-14T22:13:20Z")
        #expect(
            String(decoding: try RPCCoding.encode(event), as: UTF8.self)
                == #"{"at":"2023-11-14T22:13:20Z","kind":"route_on"}"#)
        let entry = LogEntry(timestamp: "t", level: .warn, source: "s", message: "m")
        #expect(
            String(decoding: try RPCCoding.encode(entry), as: UTF8.self)
                == #"{"level":"warn","message":"m","source":"s","ts":"t"}"#)
    }

    @Test func whatHasNoParametersTakesAny() throws {
        for text in ["null", "{}", "[1]", "3", #"{"persist":"maybe"}"#] {
            let parameters = try RPCCoding.decodeParameters(
                GatewayDisableParameters.self, from: Array(text.utf8), of: "gateway.disable")
            #expect(parameters.persist == nil)
            let preflight = try RPCCoding.decodeParameters(
                GatewayPreflightParameters.self, from: Array(text.utf8), of: "gateway.preflight")
            #expect(preflight.natInterface == nil)
        }
        let told = try RPCCoding.decode(GatewayDisableParameters.self, from: Array(#"{"persist":false}"#.utf8))
        #expect(told.persist == false)
    }

    @Test func aPeersEventKeepsItsSubject() throws {
        let discovered = DiscoveredPeer(
            nodeID: nil, address: "10.0.0.1:9100", mechanism: "broadcast", firstSeenSeconds: 5, lastSeenSeconds: 1)
        for subject in [PeersEvent.Subject.neighbour(Self.peer), .discovered(discovered)] {
            let event = PeersEvent(.disconnected, subject, at: "t", reason: "silent")
            #expect(try RPCCoding.decode(PeersEvent.self, from: RPCCoding.encode(event)) == event)
        }
    }
}
