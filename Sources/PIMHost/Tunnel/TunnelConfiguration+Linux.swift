#if os(Linux)
    public import PIMCore

    extension TunnelConfiguration {
        /// The same in the network of a certain netlink socket.
        public func apply(to device: TunnelDevice, using kernel: Rtnetlink) throws(PIMError) -> [String] {
            if device.isConfiguredOutside { return [] }
            do throws(PIMError) {
                return try configure(device, kernel)
            } catch {
                throw PIMError(.tun, "cannot configure the interface \(device.name)", cause: error)
            }
        }

        private func configure(_ device: TunnelDevice, _ kernel: Rtnetlink) throws(PIMError) -> [String] {
            let index = try kernel.index(of: device.name)
            try kernel.replaceAddress(.v4(ipv4, length: ipv4Prefix.length), on: index)
            let warnings = configureIPv6(device, index, kernel)
            try kernel.setLink(index, mtu: mtu)
            if device.hasOffload { try kernel.setLink(index, largestSegmented: Self.largestSegmented) }
            try kernel.setLink(index, up: true)
            return warnings
        }

        /// - Returns: Why there is no IPv6, if there is none: a machine without it can be in the mesh all the same.
        private func configureIPv6(_ device: TunnelDevice, _ index: UInt32, _ kernel: Rtnetlink) -> [String] {
            guard mtu >= Self.smallestIPv6MTU else {
                return ["no IPv6 on \(device.name): `interface.mtu` is \(mtu), and IPv6 needs \(Self.smallestIPv6MTU)"]
            }
            let isDisabled = KernelSetting("net/ipv6/conf/\(device.name)/disable_ipv6")
            var obstacle = ""
            do {
                if try isDisabled.read() != "0" { try isDisabled.write("0") }
            } catch {
                // A service may not be shown the settings; then nobody knows whether there is anything to change.
                obstacle = " (\(error))"
            }
            do throws(PIMError) {
                try kernel.setLinkWithoutLinkLocal(index)
                try kernel.replaceAddress(.v6(ipv6, length: ipv6Prefix.length), on: index)
                return []
            } catch {
                return ["no IPv6 on \(device.name): \(error)\(obstacle)"]
            }
        }
    }
#endif
