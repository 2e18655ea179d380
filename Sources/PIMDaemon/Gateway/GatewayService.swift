internal import Logging
internal import PIMCore
internal import PIMHost
internal import ServiceLifecycle

/// Runs the gateway with the daemon: as configured at the start, after its uplink while it runs, undone at the end.
struct GatewayService: Service {
    let gateway: Gateway
    /// `nil`: not a gateway until somebody asks for it.
    let configured: GatewaySettings?
    let logger: Logger

    /// How often it is looked at what passes.
    private static let interval = Duration.seconds(5)
    /// Changes come in bursts: an interface comes up, then its addresses and routes.
    private static let gathering = Duration.milliseconds(200)

    func run() async throws {
        await gateway.start(configured)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await followNetwork() }
                group.addTask { await sample() }
            }
        }
        await gateway.stop()
    }

    private func followNetwork() async {
        let monitor: NetworkMonitor
        do {
            monitor = try NetworkMonitor()
        } catch {
            return logger.warning("the gateway does not notice changes of its uplink", metadata: ["error": "\(error)"])
        }
        for await _ in monitor.signals {
            guard (try? await Task.sleep(for: Self.gathering)) != nil else { return }
            _ = monitor.takeNews()
            await gateway.networkChanged()
        }
        withExtendedLifetime(monitor) {}
    }

    private func sample() async {
        while (try? await Task.sleep(for: Self.interval)) != nil { await gateway.sample() }
    }
}
