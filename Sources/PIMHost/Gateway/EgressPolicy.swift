/// Where packets of the mesh may go through this gateway (`spec/host-network.md` §10.9).
public struct EgressPolicy: Sendable, Hashable {
    /// Whether private networks behind the uplink can be reached too, not only the Internet.
    public var allowsPrivate: Bool

    public init(allowsPrivate: Bool = false) {
        self.allowsPrivate = allowsPrivate
    }

    /// Networks that are never anybody's to reach through somebody else: this host, this link (cloud metadata among it),
    /// groups and what is reserved.
    static let neverIPv4 = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"]
    static let neverIPv6 = ["::/127", "::ffff:0:0/96", "fe80::/10", "ff00::/8"]

    /// Networks that belong to whoever runs the gateway: RFC 1918, shared space, benchmarks; unique local, site-local.
    static let privateIPv4 = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"]
    static let privateIPv6 = ["fc00::/7", "fec0::/10"]

    var deniedIPv4: [String] { Self.neverIPv4 + (allowsPrivate ? [] : Self.privateIPv4) }
    var deniedIPv6: [String] { Self.neverIPv6 + (allowsPrivate ? [] : Self.privateIPv6) }
}
