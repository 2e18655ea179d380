#if os(Linux)
    public import PIMCore

    /// The default route through the TUN device of this daemon: routes, rules, and the kernel's check of sources.
    public struct MeshDefaultRoutes: DefaultRoutes {
        private let name: String
        private let interface: UInt32
        private let tunnel: TunnelConfiguration
        private let hasKillSwitch: Bool
        private let routes: SplitDefaultRoutes
        private let journal: HostJournal

        /// - Parameters:
        ///   - device: Configured with `tunnel` already.
        ///   - hasKillSwitch: `routing.kill_switch`.
        /// - Throws: `PIMError` when the kernel does not know the device.
        public init(
            through device: TunnelDevice, _ tunnel: TunnelConfiguration, hasKillSwitch: Bool, kernel: Rtnetlink,
            journal: HostJournal
        ) throws(PIMError) {
            name = device.name
            interface = try kernel.index(of: device.name)
            self.tunnel = tunnel
            self.hasKillSwitch = hasKillSwitch
            self.journal = journal
            routes = SplitDefaultRoutes(kernel, journal: journal)
        }

        public func install() throws(PIMError) -> [String] {
            try routes.refuseOthers()
            // Before the routes, so that no answer to the daemon's own sockets is lost.
            let failures = ReversePathFilter.loosen(but: name, journal: journal)
            try routes.install(plan())
            return failures.map(\.description)
        }

        public func remove() throws(PIMError) {
            try routes.remove(interface: interface)
            if let failure = journal.restoreSettings(where: ReversePathFilter.owns).first { throw failure.asPIMError }
        }

        public func stand() throws(PIMError) -> Bool { try routes.stands(plan()) }

        private func plan() throws(PIMError) -> SplitDefaultPlan {
            let interfaces: [NetworkInterface]
            do { interfaces = try NetworkInterfaces.current() } catch { throw error.asPIMError }
            let hasIPv6 = interfaces.contains { $0.name == name && !$0.ipv6.isEmpty }
            return SplitDefaultPlan(
                interface: interface, tunnel, families: hasIPv6 ? [.v4, .v6] : [.v4], hasKillSwitch: hasKillSwitch)
        }

        /// Undoes what a killed daemon left according to the journal; for a start that makes no device of its own.
        public static func removeLeftovers(journal: HostJournal) throws(PIMError) {
            if journal.changes.contains(.rules(table: SplitDefaultPlan.table)) {
                try SplitDefaultRoutes(Rtnetlink(), journal: journal).remove()
            }
            if let failure = journal.restoreSettings(where: ReversePathFilter.owns).first { throw failure.asPIMError }
        }
    }
#endif
