#if os(Linux)
    public import PIMCore

    extension Rtnetlink {
        private enum Address {
            static let new: UInt16 = 20
            static let remote: UInt16 = 1
            static let local: UInt16 = 2
            static let flags: UInt16 = 8
            /// IFA_F_NODAD: usable at once, nobody is asked whether it is taken.
            static let notDetected: UInt32 = 0x02
        }

        /// Gives an interface an address, or renews it. The network gets a route with it once the interface is up.
        public func replaceAddress(_ address: IPNetwork, on index: UInt32) throws(PIMError) {
            var fixed: [UInt8] = [address.family.number, UInt8(address.length), 0, 0]
            withUnsafeBytes(of: index) { fixed += $0 }
            var request = NetlinkWriter(
                Address.new, flags: Flags.request | Flags.acknowledge | Flags.create | Flags.replace, fixed: fixed)
            request.attribute(Address.local, address.bytes)
            request.attribute(Address.remote, address.bytes)
            if address.family == .v6 { request.attribute(Address.flags, Address.notDetected) }
            try perform(request, "set the address \(address)")
        }
    }

    extension IPFamily {
        /// AF_INET or AF_INET6.
        var number: UInt8 { self == .v4 ? 2 : 10 }

        init?(number: UInt8) {
            switch number {
            case 2: self = .v4
            case 10: self = .v6
            default: return nil
            }
        }
    }
#endif
