/// Finds the interfaces that may lead to the Internet (`spec/rpc.md` §5.4, §10.16).
enum UplinkSuggestions {
    /// Beginnings of names of interfaces that lead to guests, containers and other tunnels.
    private static let virtual = [
        "pim", "br-", "bridge", "docker", "veth", "virbr", "vmnet", "vnet", "tun", "tap", "wg", "zt", "tailscale",
        "utun",
        "awdl", "llw", "anpi", "gif", "stf", "ap",
    ]

    /// Those with an address and a carrier: with a default route first, then by name.
    static func among(
        _ interfaces: [NetworkInterface], defaultRoutes: UplinkRoutes, meshInterface: String
    ) -> [String] {
        let routed = Set(defaultRoutes.ipv4 + defaultRoutes.ipv6)
        return interfaces.filter { interface in
            guard !interface.isLoopback, interface.isRunning, interface.name != meshInterface,
                !interface.ipv4.isEmpty || interface.hasGlobalIPv6
            else { return false }
            // What the host itself goes out by is not second-guessed.
            return routed.contains(interface.name) || !virtual.contains { interface.name.hasPrefix($0) }
        }.map(\.name).sorted { (routed.contains($0) ? 0 : 1, $0) < (routed.contains($1) ? 0 : 1, $1) }
    }
}
