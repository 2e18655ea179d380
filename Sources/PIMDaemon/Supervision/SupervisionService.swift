internal import Logging
internal import PIMCore
internal import PIMHost
internal import PIMNode
internal import ServiceLifecycle

/// Tells the service manager how the daemon is: ready when it answers, alive as long as it answers, and what it has to do.
///
/// The watchdog is served only after the daemon was looked at (``HealthCheck``): one that runs and does not work is started
/// again.
struct SupervisionService: Service {
    let manager: NotifySocket
    let health: HealthCheck
    let logger: Logger

    /// How often the state is told when the manager does not want to hear of life.
    private static let usualInterval = Duration.seconds(30)
    /// How soon one looks again after something did not answer.
    private static let retryInterval = Duration.milliseconds(200)
    private static let complaint = "the mesh or the control socket does not answer"
    private static let longestCheck = Duration.seconds(10)

    func run() async throws {
        await cancelWhenGracefulShutdown { await watch() }
        manager.stopping()
    }

    private func watch() async {
        let interval = manager.watchdogInterval.map { $0 / 2 } ?? Self.usualInterval
        let deadline = min(Self.longestCheck, interval / 2)
        var isReady = false
        var isWell = true
        while !Task.isCancelled {
            let state = await health.run(within: deadline)
            if Task.isCancelled { return }
            if let state {
                if !isReady { manager.ready() }
                if manager.watchdogInterval != nil { manager.alive() }
                manager.status(Self.line(state))
                if isReady, !isWell { logger.info("the daemon answers again") }
                (isReady, isWell) = (true, true)
            } else if isReady, isWell {
                isWell = false
                manager.status(Self.complaint)
                logger.error("\(Self.complaint)", metadata: ["limit": "\(deadline)"])
            }
            try? await Task.sleep(for: state == nil ? Self.retryInterval : interval)
        }
    }

    static func line(_ state: MeshState) -> String {
        func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
        let gateway = state.gateways.first(where: \.isSelected).map {
            ", gateway \($0.route.destination.shortDescription)"
        }
        return count(state.peers.count, "peer") + ", " + count(state.routes.count, "route") + (gateway ?? "")
    }
}
