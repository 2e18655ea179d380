#if os(Linux)
    public import PIMCore

    extension Rtnetlink {
        private enum Link {
            static let set: UInt16 = 19
            static let get: UInt16 = 18
            static let fixedSize = 16
            static let name: UInt16 = 3
            static let mtu: UInt16 = 4
            static let queueLength: UInt16 = 13
            static let families: UInt16 = 26
            static let largestSegmented: UInt16 = 41
            static let largestSegmentedIPv4: UInt16 = 63
            static let isUp: UInt32 = 0x1
        }

        private static let inet6: UInt8 = 10

        /// `struct ifinfomsg`.
        private static func link(_ index: UInt32, flags: UInt32 = 0, changed: UInt32 = 0) -> [UInt8] {
            [0, 0, 0, 0] + [index, flags, changed].flatMap { number in withUnsafeBytes(of: number) { Array($0) } }
        }

        private func set(_ index: UInt32, _ what: String, _ body: (inout NetlinkWriter) -> Void) throws(PIMError) {
            var request = NetlinkWriter(
                Link.set, flags: Flags.request | Flags.acknowledge, fixed: Self.link(index))
            body(&request)
            try perform(request, what)
        }

        /// The kernel's number of an interface.
        ///
        /// - Throws: `PIMError` whose cause is `ENODEV` when there is none of that name.
        public func index(of name: String) throws(PIMError) -> UInt32 {
            var request = NetlinkWriter(Link.get, flags: Flags.request | Flags.acknowledge, fixed: Self.link(0))
            request.attribute(Link.name, Array(name.utf8) + [0])
            let what = "find the interface \(name)"
            guard let index = try ask(request, what).first?.number(at: 4) else { throw Self.failure(what, 19) }
            return index
        }

        /// Switches an interface on or off.
        public func setLink(_ index: UInt32, up isUp: Bool) throws(PIMError) {
            let fixed = Self.link(index, flags: isUp ? Link.isUp : 0, changed: Link.isUp)
            try perform(
                NetlinkWriter(Link.set, flags: Flags.request | Flags.acknowledge, fixed: fixed),
                "switch the interface \(isUp ? "on" : "off")")
        }

        /// Bytes per packet.
        public func setLink(_ index: UInt32, mtu: UInt32) throws(PIMError) {
            try set(index, "set the MTU to \(mtu)") { $0.attribute(Link.mtu, mtu) }
        }

        /// Packets that may wait.
        public func setLink(_ index: UInt32, queueLength: UInt32) throws(PIMError) {
            try set(index, "set the queue's length to \(queueLength)") { $0.attribute(Link.queueLength, queueLength) }
        }

        /// Bytes of the largest super-packet the kernel hands to the interface. The setting of its own for IPv4 exists since
        /// Linux 6.3; before that there is one for both.
        public func setLink(_ index: UInt32, largestSegmented: UInt32) throws(PIMError) {
            try set(index, "set the largest super-packet to \(largestSegmented)") {
                $0.attribute(Link.largestSegmented, largestSegmented)
                $0.attribute(Link.largestSegmentedIPv4, largestSegmented)
            }
        }

        /// No link-local address, so that nothing is sent that nobody asked for. Has to be said before the interface is up.
        public func setLinkWithoutLinkLocal(_ index: UInt32) throws(PIMError) {
            try set(index, "do without a link-local address") { request in
                request.attribute(Link.families) { families in
                    families.attribute(UInt16(Self.inet6)) { $0.attribute(8, [1]) }  // IFLA_INET6_ADDR_GEN_MODE: none
                }
            }
        }
    }
#endif
