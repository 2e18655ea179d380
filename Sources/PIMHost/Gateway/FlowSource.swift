public import PIMCore

/// The mesh address that opened a flow.
public enum FlowSource: Sendable, Hashable {
    case ipv4(IPv4Address)
    case ipv6(IPv6Address)
}
