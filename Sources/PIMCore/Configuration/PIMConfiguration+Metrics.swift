extension PIMConfiguration {
    /// `[metrics]`: figures for Prometheus and whoever reads its text (the section is ours).
    public struct Metrics: Sendable, Equatable {
        /// Where to answer; `nil` for nowhere.
        public var listen: ListenEndpoint?

        public init() {}
    }

    /// An address of this machine and a port.
    public struct ListenEndpoint: Sendable, Hashable, CustomStringConvertible {
        public var address: IPAddress
        public var port: UInt16

        public init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }

        /// Reads `127.0.0.1:9464`, `[::1]:9464`, or a port alone, which is one of 127.0.0.1. `localhost` is that address too;
        /// other names are not looked up.
        ///
        /// - Throws: Category `config`, with what was expected.
        public init(parsing text: String) throws(PIMError) {
            let (host, digits) = Self.parts(text)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits),
                port > 0, let address = Self.address(host)
            else {
                throw PIMError(
                    .config,
                    "expected an address and a port such as \"127.0.0.1:9464\" or \"[::1]:9464\", found “\(text)”")
            }
            self.init(address: address, port: port)
        }

        /// Whether only this machine gets there.
        public var isLoopback: Bool {
            switch address {
            case .v4(let address): address.rawValue >> 24 == 127
            case .v6(let address): address.high == 0 && address.low == 1
            }
        }

        public var description: String {
            switch address {
            case .v4(let address): "\(address):\(port)"
            case .v6(let address): "[\(address)]:\(port)"
            }
        }

        private static func parts(_ text: String) -> (host: Substring, port: Substring) {
            guard let colon = text.lastIndex(of: ":") else { return ("localhost", text[...]) }
            return (text[..<colon], text[text.index(after: colon)...])
        }

        private static func address(_ host: Substring) -> IPAddress? {
            if host == "localhost" { return .v4(IPv4Address(rawValue: 0x7f00_0001)) }
            if host.hasPrefix("["), host.hasSuffix("]"), host.utf8.count > 2 {
                return IPv6Address(host.dropFirst().dropLast()).map(IPAddress.v6)
            }
            return IPv4Address(host).map(IPAddress.v4)
        }
    }
}
