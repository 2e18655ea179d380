internal import Logging
internal import PIMCore
internal import PIMHost
internal import PIMNode
internal import ServiceLifecycle

/// Ages out identities that were not seen for long: `[messaging.peer_cleanup]` (`spec/config.md` §3.12). A peer with a live
/// session stays, and so does what plugins store about those that go.
struct IdentitySweepService: Service {
    let cleanup: PeerCleanup
    let keystore: PeerKeystore
    let mesh: Mesh
    let logger: Logger

    func run() async throws {
        guard cleanup.isEnabled else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await Task.sleep(for: .seconds(Int64(clamping: cleanup.effectiveIntervalSeconds)))
                } catch {
                    return
                }
                sweep(at: WallClock.unixMilliseconds)
            }
        }
    }

    /// A clock that jumped far ahead would age out everybody at once; a sweep after the next boot cannot tell either, so
    /// what it removes is only what every introduction brings back.
    private func sweep(at now: UInt64) {
        let (lifetime, overflow) = cleanup.effectiveLifetimeSeconds.multipliedReportingOverflow(by: 1000)
        guard !overflow, now > lifetime else { return }
        let neighbours = mesh.sender.table.neighbours
        let expired = keystore.expire(lastSeenBefore: now - lifetime) { neighbours[$0] != nil }
        for peer in expired { mesh.forgotten.report(peer) }
        mesh.forget(expired)
        if !expired.isEmpty { logger.info("identities aged out", metadata: ["count": "\(expired.count)"]) }
    }
}
