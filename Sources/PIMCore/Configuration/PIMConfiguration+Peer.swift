extension PIMConfiguration {
    /// One entry of `[[peers]]`: a node to keep a link to (`spec/config.md` §3.14).
    public struct Peer: Sendable, Hashable {
        /// How the node is reached.
        public enum Target: Sendable, Hashable {
            /// `host:port`; the host an IPv4 address, an IPv6 address in brackets, or a DNS name.
            case tcp(address: String)
            /// An IP address in a Bluetooth network; the port is this node's own `transport.listen_port`.
            case bluetooth(ip: String)
        }

        /// For people; may be empty.
        public var label: String
        public var target: Target
        /// Who has to answer there; `nil` accepts whoever does. Ours: the reference ignores the key.
        public var node: NodeID?

        public init(label: String = "", target: Target, node: NodeID? = nil) {
            self.label = label
            self.target = target
            self.node = node
        }
    }
}
