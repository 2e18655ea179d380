extension PIMConfiguration {
    /// `[bluetooth_coc]`: Bluetooth LE connection-oriented channels (`spec/config.md` §3.15).
    public struct BluetoothCOC: Sendable, Equatable {
        public var enabled = false
        /// LE dynamic range 0x0080–0x00FF.
        public var psm: UInt16 = 0x0083
        public var deviceNamePrefix = "PIM-"
        public var outboundEnabled = true
        public var pollIntervalMilliseconds: UInt64 = 30_000
        public var bridgeToTCP = true
        public var discoveryEnabled = false
        public var inquiryIntervalMilliseconds: UInt64 = 60_000
        /// 1 LE public, 2 LE random.
        public var peerAddressType: UInt8 = 1

        public init() {}
    }
}
