extension GatewayFacts {
    /// Looks at this machine.
    ///
    /// - Parameters:
    ///   - rules: What the kernel would be asked to take.
    ///   - uplink: `gateway.nat_interface`, which may be none that can stand in rules.
    ///   - isTrafficHeld: Whether the kill switch holds this machine's traffic.
    ///   - isTableOurs: Whether a table that is there was made by this daemon, or by one that was killed.
    public static func current(
        isInterfaceEnabled: Bool, meshInterface: String, uplink: String, rules: GatewayRules?, table: GatewayTable,
        isTableOurs: Bool, isTrafficHeld: Bool
    ) async -> GatewayFacts {
        #if os(Linux)
            let isLinux = true
        #else
            let isLinux = false
        #endif
        let interfaces = (try? NetworkInterfaces.current()) ?? []
        let routes = UplinkRoutes.current()
        let verdict: Rules
        if let rules { verdict = await table.check(rules) } else { verdict = .refused("a name is no interface's") }
        let hasTable = await table.exists()
        let locked = [ForwardingPlan.ipv4, ForwardingPlan.ipv6].filter { name in
            // A setting that is as it should be, or that the kernel does not have, needs no change.
            let setting = KernelSetting(name)
            return (try? setting.read()) == "0" && !setting.isWritable
        }
        return GatewayFacts(
            isLinux: isLinux, isInterfaceEnabled: isInterfaceEnabled, meshInterface: meshInterface,
            isInterfaceUp: interfaces.contains { $0.name == meshInterface && $0.isRunning },
            hasOtherGateway: !isTableOurs && hasTable, isTrafficHeld: isTrafficHeld,
            hasNetAdmin: ProcessCapabilities.current().contains(.netAdmin),
            passesNetAdmin: ProcessCapabilities.inherited().contains(.netAdmin), rules: verdict, lockedSettings: locked,
            uplink: Uplink(uplink, among: interfaces, defaultRoutes: routes, meshInterface: meshInterface),
            defaultRoutes: routes, blockingChains: await table.blockingChains(),
            suggestions: UplinkSuggestions.among(interfaces, defaultRoutes: routes, meshInterface: meshInterface))
    }
}
