#if canImport(Darwin)
    import PIMCore

    extension TunnelConfiguration {
        /// By ifconfig(8) (`spec/host-network.md` §2.2). Both ends of a utun have our address, so the mesh's network gets a
        /// route by hand.
        func applyByProgram(to device: TunnelDevice) async throws(PIMError) -> [String] {
            let own = "\(ipv4)"
            let mask = "\(IPv4Address(rawValue: ~ipv4Prefix.hostMask))"
            try await run("ifconfig", [device.name, "inet", own, own, "netmask", mask])
            try await run("ifconfig", [device.name, "inet6", "\(ipv6)/\(ipv6Prefix.length)", "alias"])
            try await run("ifconfig", [device.name, "mtu", "\(mtu)"])
            try await run("ifconfig", [device.name, "up"])
            try await run("route", ["-n", "add", "-net", "\(ipv4Prefix)", "-interface", device.name])
            return []
        }

        private func run(_ program: String, _ arguments: [String]) async throws(PIMError) {
            let result = try await Command.run(program, arguments)
            guard result.isSuccess else {
                throw PIMError(.tun, "\(program) \(arguments.joined(separator: " ")): \(result.complaint)")
            }
        }
    }
#endif
