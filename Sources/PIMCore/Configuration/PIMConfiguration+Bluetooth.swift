extension PIMConfiguration {
    /// `[bluetooth]`: IP over Bluetooth personal area networks (`spec/config.md` §3.11).
    public struct Bluetooth: Sendable, Equatable {
        #if os(macOS)
            /// The interface a macOS host gets for a personal area network.
            public static let defaultInterface = "bridge0"
        #else
            /// `auto` waits for whatever interface appears.
            public static let defaultInterface = "auto"
        #endif

        public var enabled = false
        public var interface = Self.defaultInterface
        /// Scan and pair.
        public var radioDiscoveryEnabled = true
        /// Peers are recognized by a device name that starts with this.
        public var deviceNamePrefix = "PIM-"
        /// Empty: ``deviceNamePrefix`` and the node's name.
        public var localAlias = ""
        /// Join networks of others.
        public var connectPAN = true
        /// Offer a network to others.
        public var serveNAP = false
        public var napBridge = "br-bt"
        public var napBridgeAddress = "192.168.44.1/24"
        public var dhcpEnabled = true
        /// `first,last`; `nil` derives it from the bridge's address.
        public var dhcpRange: String?
        public var dhcpLeaseTime = "12h"
        /// Comma list; `nil` takes the host's resolvers.
        public var dhcpDNS: String?
        public var requestDHCP = true
        /// Learn peers from the neighbour table.
        public var autoDiscoverPeers = true
        public var pollIntervalMilliseconds: UInt64 = 2000
        public var scanIntervalMilliseconds: UInt64 = 5000
        public var peerDiscoveryIntervalMilliseconds: UInt64 = 2000
        public var bluetoothctlTimeoutSeconds: UInt64 = 15
        public var discoverableTimeoutSeconds: UInt64 = 180
        public var startupTimeoutMilliseconds: UInt64 = 15_000
        public var peerCleanup = PeerCleanup.radio

        public init() {}
    }
}
