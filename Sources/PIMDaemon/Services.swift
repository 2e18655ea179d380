internal import PIMHost
internal import PIMPluginHost
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// Tells plugins to finish while links are still up, so that a last payload leaves.
struct PluginService: Service {
    let host: PluginHost

    func run() async throws {
        try? await gracefulShutdown()
        await host.shutdown()
    }
}

/// Says goodbye to peers and closes links.
struct MeshService: Service {
    let mesh: Mesh

    func run() async throws {
        try? await gracefulShutdown()
        await mesh.close()
    }
}

/// A wish to shut down from inside the daemon.
final class ShutdownRequest: Sendable {
    private let requests: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (requests, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func shutDown() { continuation.yield() }

    func wait() async {
        for await _ in requests { break }
    }
}

/// Ends when somebody asks for the daemon's end over the control socket; the service group then shuts down in order.
struct ShutdownService: Service {
    let request: ShutdownRequest

    func run() async throws {
        await cancelWhenGracefulShutdown { await request.wait() }
    }
}

/// Reads the configuration again at every SIGHUP and applies what can change while running.
struct ReloadService: Service {
    let keeper: ConfigurationKeeper
    let supervisor: NotifySocket?

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            // Ready is not said by a reload before it has been said by whoever looks.
            let supervisor = supervisor.flatMap { $0.isKnownReady ? $0 : nil }
            supervisor?.reloading()
            // What was wrong is in the log.
            _ = try? await keeper.reload()
            supervisor?.ready()
        }
    }
}
