#if os(Linux)
    public import PIMCore

    /// Installs a ``SplitDefaultPlan``, takes it back, and tells whether it stands.
    ///
    /// Every call works from what the kernel has at that moment, so it repairs what was half done or changed by hand, and
    /// doing it twice does nothing. In the journal while anything may be installed: rules and unreachable routes survive a
    /// killed daemon.
    ///
    /// Calls take well under a millisecond, but for writing the journal. One at a time.
    public struct SplitDefaultRoutes: Sendable {
        private let kernel: Rtnetlink
        private let journal: HostJournal
        private let families: [IPFamily]
        private static let tables = [SplitDefaultPlan.table, SplitDefaultPlan.lastTable]

        /// - Parameter kernel: In the network that is meant.
        public init(_ kernel: Rtnetlink, journal: HostJournal) {
            self.kernel = kernel
            self.journal = journal
            families = IPFamily.allCases.filter(\.isKnownToTheKernel)
        }

        /// - Throws: When another daemon of this machine has its routes in place, which are not to be touched.
        public func refuseOthers() throws(PIMError) {
            guard try isOthers() else { return }
            throw PIMError(
                .io,
                "another daemon has turned the default route of this machine into its mesh (`ip rule`): end it first")
        }

        /// Makes the kernel have exactly this.
        ///
        /// - Throws: Also when another daemon of this machine has its routes in place.
        public func install(_ plan: SplitDefaultPlan) throws(PIMError) {
            guard !plan.rules.isEmpty else { return try remove() }
            try refuseOthers()
            do { try journal.record(.rules(table: SplitDefaultPlan.table)) } catch { throw error.asPIMError }
            // Nothing gets out on the way: routes come before the rules that lead to them, what passes on to other rules after
            // those, and only then goes what was there before.
            try add(plan.routes.filter { $0.kind != .throw })
            var stale: [IPRule] = []
            for family in families {
                let wanted = plan.rules.filter { $0.family == family }
                var missing = Set(wanted)
                for rule in try ourRules(family) where missing.remove(rule) == nil { stale.append(rule) }
                for rule in wanted where missing.contains(rule) { try kernel.addRule(rule) }
            }
            try add(plan.routes.filter { $0.kind == .throw })
            for rule in stale { try kernel.deleteRule(rule) }
            for family in families {
                let wanted = plan.routes.filter { $0.destination.family == family }
                for route in try ourRoutes(family) where !wanted.contains(where: { $0.takesThePlace(of: route) }) {
                    try kernel.deleteRoute(route)
                }
            }
        }

        private func add(_ routes: [IPRoute]) throws(PIMError) {
            for family in families {
                let present = try ourRoutes(family)
                for route in routes where route.destination.family == family && !present.contains(route) {
                    try kernel.replaceRoute(route)
                }
            }
        }

        /// Takes away everything of ours, also what an earlier daemon left that was killed, or what an older program put into the
        /// main table; but nothing of another daemon that runs.
        ///
        /// - Parameter interface: The TUN device, whose routes in the main table go too.
        public func remove(interface: UInt32? = nil) throws(PIMError) {
            if let interface {
                for family in families {
                    for half in SplitDefaultPlan.halves(family) {
                        try kernel.deleteRoute(IPRoute(to: half, interface: interface))
                    }
                }
            }
            guard try !isOthers() else { return }
            for family in families {
                for rule in try ourRules(family) { try kernel.deleteRule(rule) }
            }
            for family in families {
                for route in try ourRoutes(family) { try kernel.deleteRoute(route) }
            }
            do { try journal.forget(.rules(table: SplitDefaultPlan.table)) } catch { throw error.asPIMError }
        }

        /// Whether the kernel has all of it.
        public func stands(_ plan: SplitDefaultPlan) throws(PIMError) -> Bool {
            for family in families {
                let routes = try ourRoutes(family)
                let rules = try ourRules(family)
                guard plan.routes.allSatisfy({ $0.destination.family != family || routes.contains($0) }),
                    plan.rules.allSatisfy({ $0.family != family || rules.contains($0) })
                else { return false }
            }
            return true
        }

        /// Whether what stands there is another daemon's that runs: it is not in our journal, and has routes into a device, which
        /// would be gone with a daemon that was killed.
        private func isOthers() throws(PIMError) -> Bool {
            guard !journal.changes.contains(.rules(table: SplitDefaultPlan.table)) else { return false }
            for family in families where try ourRoutes(family).contains(where: { $0.interface != nil }) { return true }
            return false
        }

        /// Every rule that leads to our tables, and those beside: duplicates and strangers too.
        private func ourRules(_ family: IPFamily) throws(PIMError) -> [IPRule] {
            try kernel.rules(family).filter(SplitDefaultPlan.owns)
        }

        private func ourRoutes(_ family: IPFamily) throws(PIMError) -> [IPRoute] {
            var routes: [IPRoute] = []
            for table in Self.tables { routes += try kernel.routes(family, table: table) }
            return routes
        }
    }

    extension IPRoute {
        /// Whether setting this route has replaced the other one.
        fileprivate func takesThePlace(of other: IPRoute) -> Bool {
            self == other
                || (destination.family == .v4 && destination == other.destination && metric == other.metric
                    && table == other.table)
        }
    }
#endif
