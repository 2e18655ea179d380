import PIMCore

/// The two hosts a link runs between: what tells one of two links to a peer from the other, for ports do not.
struct LinkPath: Sendable, Hashable {
    /// An address of this machine; `nil` where nobody knows.
    let local: String?
    let remote: String

    /// - Parameters: each `address:port`, or an address in brackets where it has colons itself.
    init(local: String?, remote: String) {
        self.local = local.map(Self.host)
        self.remote = Self.host(of: remote)
    }

    /// Whether both run between the same hosts, as far as one knows.
    func isSame(as other: LinkPath) -> Bool {
        guard remote == other.remote else { return false }
        guard let local, let otherLocal = other.local else { return true }
        return local == otherLocal
    }

    /// The host of `host:port`, without brackets and scope.
    static func host(of address: String) -> String {
        var host = address.lastIndex(of: ":").map { address[..<$0] } ?? address[...]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return String(host.prefix { $0 != "%" })
    }
}
