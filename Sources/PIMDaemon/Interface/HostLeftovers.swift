internal import Logging
internal import PIMCore
internal import PIMHost

/// Undoes what a daemon that was killed left on the machine, as its journal tells (`spec/host-network.md` §10.17).
///
/// First thing at every start, also of a daemon that has no interface any more: names may have to be resolved before
/// anything else works. Nothing happens with an empty journal, so an ordinary user's daemon needs no rights for it.
enum HostLeftovers {
    /// Whether a killed daemon's kill switch holds traffic back that this one would have to hold back as well. Then nothing is
    /// undone, resolvers included: between the two daemons no packet and no name may leave by the uplink.
    static func holdTraffic(_ journal: HostJournal, under configuration: PIMConfiguration) -> Bool {
        #if os(Linux)
            configuration.interface.enabled && configuration.routing.killSwitch
                && journal.changes.contains(.rules(table: SplitDefaultPlan.table))
        #else
            false
        #endif
    }

    static func undo(_ journal: HostJournal, logger: Logger) {
        attempt("resolvers", logger) { () throws(PIMError) in try NameResolution.removeLeftovers(journal: journal) }
        #if os(Linux)
            attempt("routes", logger) { () throws(PIMError) in
                try MeshDefaultRoutes.removeLeftovers(journal: journal)
            }
        #endif
    }

    private static func attempt(_ what: String, _ logger: Logger, _ body: () throws(PIMError) -> Void) {
        do throws(PIMError) {
            try body()
        } catch {
            logger.warning(
                "what the last daemon changed is still there", metadata: ["what": "\(what)", "error": "\(error)"])
        }
    }
}
