internal import PIMClient
internal import PIMCore
internal import PIMRPC

/// Whether this daemon does what it is there for: the mesh loop takes work, and the control socket greets a client that
/// connects as any other does.
struct HealthCheck: Sendable {
    let mesh: Mesh
    let server: ControlSocketServer
    /// Connects to the control socket; not the mesh loop.
    let resources: DaemonResources

    /// What the mesh says of itself, unless something did not answer in time. What is stuck is left behind: nobody waits
    /// longer than this.
    func run(within deadline: Duration) async -> MeshState? {
        let (outcomes, outcome) = AsyncStream.makeStream(of: MeshState?.self, bufferingPolicy: .bufferingOldest(1))
        let check = Task { outcome.yield(await self.state(within: deadline)) }
        let timer = Task {
            guard (try? await Task.sleep(for: deadline)) != nil else { return }
            outcome.yield(nil)
        }
        defer {
            check.cancel()
            timer.cancel()
        }
        var iterator = outcomes.makeAsyncIterator()
        return await iterator.next() ?? nil
    }

    private func state(within deadline: Duration) async -> MeshState? {
        guard let state = try? await mesh.state(), await greets(within: deadline) else { return nil }
        return state
    }

    private func greets(within deadline: Duration) async -> Bool {
        do {
            let client = try await ControlClient.connect(
                to: server.path, as: "pim-daemon/health", timeout: deadline, group: resources.socketThread)
            await client.close()
            return true
        } catch let error as ControlClientError {
            // Somebody closed the connection: there are as many clients as there may be, and one more was turned away.
            return error.code == .closed
        } catch {
            // It was answered, if only with a refusal.
            return error is RPCError
        }
    }
}
