import Foundation
import PIMCore
import PIMHost
import Testing

@Suite struct ConnectionTrackingTests {
    private static let list = """
        ipv4     2 tcp      6 431999 ESTABLISHED src=10.77.0.9 dst=203.0.113.80 sport=40000 dport=80 src=203.0.113.80 \
        dst=203.0.113.10 sport=80 dport=40000 [ASSURED] mark=0 zone=0 use=2
        ipv4     2 tcp      6 100 TIME_WAIT src=10.77.0.9 dst=203.0.113.80 sport=40001 dport=80 src=203.0.113.80 \
        dst=203.0.113.10 sport=80 dport=40001 [ASSURED] mark=0 zone=0 use=2
        ipv4     2 udp      17 29 src=10.77.0.9 dst=203.0.113.53 sport=5000 dport=53 [UNREPLIED] src=203.0.113.53 \
        dst=203.0.113.10 sport=53 dport=5000 mark=0 zone=0 use=2
        ipv4     2 udp      17 29 src=10.77.0.9 dst=10.77.0.1 sport=5000 dport=53 src=10.77.0.1 dst=10.77.0.9 use=2
        ipv4     2 tcp      6 431999 ESTABLISHED src=192.0.2.1 dst=203.0.113.80 sport=1 dport=80 src=203.0.113.80 \
        dst=10.77.0.9 sport=80 dport=1 use=2
        ipv6     10 icmpv6   58 29 src=fd77:0000:0000:0000:0000:0000:0000:0009 \
        dst=2001:0db8:0001:0000:0000:0000:0000:0080 type=128 code=0 id=1 \
        src=2001:0db8:0001:0000:0000:0000:0000:0080 dst=2001:0db8:0001:0000:0000:0000:0000:0010 type=129 use=2
        not a flow at all

        """

    private func tracking(count: String, list: String?) throws -> (ConnectionTracking, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        let files = [
            "sys/net/netfilter/nf_conntrack_count": count, "sys/net/netfilter/nf_conntrack_max": "262144\n",
            "net/nf_conntrack": list,
        ]
        for (name, text) in files {
            let file = URL(fileURLWithPath: directory.file(name))
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            if let text { try Data(text.utf8).write(to: file) }
        }
        return (ConnectionTracking(root: directory.path), directory)
    }

    @Test func flowsOutOfTheMeshAreCountedByWhoOpenedThem() throws {
        let (tracking, directory) = try tracking(count: "6\n", list: Self.list)
        defer { withExtendedLifetime(directory) {} }
        let four = FlowSource.ipv4(try #require(IPv4Address("10.77.0.9")))
        let six = FlowSource.ipv6(try #require(IPv6Address("fd77::9")))
        #expect(tracking.flows(ipv4: .mesh, ipv6: .mesh) == [four: 2, six: 1])
        #expect(tracking.usage() == ConnectionTracking.Usage(used: 6, maximum: 262_144))
    }

    @Test func unknownIsNotNone() throws {
        let (unlisted, first) = try tracking(count: "6\n", list: nil)
        #expect(unlisted.flows(ipv4: .mesh, ipv6: .mesh) == nil)
        let (crowded, second) = try tracking(count: "200000\n", list: Self.list)
        #expect(crowded.flows(ipv4: .mesh, ipv6: .mesh) == nil)
        let (odd, third) = try tracking(count: "many\n", list: Self.list)
        #expect(odd.usage() == nil)
        withExtendedLifetime([first, second, third]) {}
    }
}
