public import PIMCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the kernel's connection tracking holds. Only Linux tells.
public struct ConnectionTracking: Sendable {
    /// Flows of the whole host, and how many it can hold.
    public struct Usage: Sendable, Hashable {
        public var used: UInt32
        public var maximum: UInt32

        public init(used: UInt32, maximum: UInt32) {
            self.used = used
            self.maximum = maximum
        }
    }

    /// A table with more flows than this is not listed: that would cost more than the answer is worth.
    private static let longestList: UInt32 = 50_000
    /// A line has about 200 bytes.
    private static let listLimit = 32 << 20

    private let root: String

    public init(root: String = "/proc") {
        self.root = root
    }

    /// `nil` when the kernel tracks nothing.
    public func usage() -> Usage? {
        guard let used = number("nf_conntrack_count"), let maximum = number("nf_conntrack_max") else { return nil }
        return Usage(used: used, maximum: maximum)
    }

    /// The open flows from the mesh to elsewhere, counted by their source. `nil` when the kernel does not list flows, or
    /// holds too many to go through.
    public func flows(ipv4: IPv4Prefix, ipv6: IPv6Prefix) -> [FlowSource: Int]? {
        guard let usage = usage(), usage.used <= Self.longestList,
            let text = try? OpenFile.open("\(root)/net/nf_conntrack", O_RDONLY).readAll(limit: Self.listLimit)
        else { return nil }
        return FlowList.sources(in: text, ipv4: ipv4, ipv6: ipv6)
    }

    private func number(_ name: String) -> UInt32? {
        let bytes = try? OpenFile.open("\(root)/sys/net/netfilter/\(name)", O_RDONLY).readAll(limit: 64)
        return bytes.flatMap { UInt32(String(decoding: $0.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)) }
    }
}
