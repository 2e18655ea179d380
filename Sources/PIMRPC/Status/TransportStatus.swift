/// `status.transport`.
public struct TransportStatus: Codable, Sendable, Hashable {
    public struct TCP: Codable, Sendable, Hashable {
        /// The port really bound, 0 when the node does not listen.
        public var port: Int

        public init(port: Int) {
            self.port = port
        }
    }

    public var tcp: TCP

    public init(tcpPort: Int) {
        tcp = TCP(port: tcpPort)
    }
}
