extension PIMConfiguration {
    /// `[bluetooth_rfcomm]`: classic Bluetooth serial channels (`spec/config.md` §3.11).
    public struct BluetoothRFCOMM: Sendable, Equatable {
        public var enabled = false
        public var channel: UInt8 = 22
        /// Empty means the built-in prefix.
        public var deviceNamePrefix = "PIM-"
        public var outboundEnabled = true
        /// At least 1.
        public var pollIntervalMilliseconds: UInt64 = 30_000
        public var bridgeToTCP = true
        public var peerCleanup = PeerCleanup.radio

        public init() {}
    }
}
