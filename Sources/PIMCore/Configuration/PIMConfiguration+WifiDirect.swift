extension PIMConfiguration {
    /// `[wifi_direct]` (`spec/config.md` §3.10).
    public struct WifiDirect: Sendable, Equatable {
        public var enabled = false
        public var interface = "wlan0"
        /// Meant to be 0 to 15.
        public var goIntent: UInt8 = 7
        public var listenChannel: UInt8 = 6
        public var operatingChannel: UInt8 = 6
        /// `pbc`, or `pin:` and eight digits.
        public var connectMethod = "pbc"
        public var peerCleanup = PeerCleanup.radio

        public init() {}
    }
}
