import PIMClient
import PIMCore
import PIMRPC

/// Asks the daemon again and again, and waits for it while there is none.
struct TopSource: Sendable {
    enum News: Sendable {
        case sample(TopSample)
        case lost(String)
    }

    let socket: String
    let interval: Duration

    /// Until the task is cancelled.
    func run(_ deliver: @Sendable (News) -> Void) async {
        var client: ControlClient?
        while !Task.isCancelled {
            do {
                let connected: ControlClient
                if let client {
                    connected = client
                } else {
                    connected = try await ControlClient.connect(to: socket, as: Pim.clientName, timeout: .seconds(3))
                    client = connected
                }
                deliver(.sample(try await Self.sample(connected)))
            } catch {
                await client?.close()
                client = nil
                if !Task.isCancelled { deliver(.lost(Complaint(error).message)) }
            }
            // A daemon that comes back is seen soon, however rarely it is asked.
            try? await Task.sleep(for: client == nil ? min(interval, .milliseconds(500)) : interval)
        }
        await client?.close()
    }

    static func sample(_ client: ControlClient) async throws -> TopSample {
        let status = try await client.call(RPC.status)
        return TopSample(
            status: status, routes: try await client.call(RPC.routeTable),
            plugins: try await optional { try await client.call(RPC.pluginsList) },
            gateway: try await optional { try await client.call(RPC.gatewayStatus) }, at: .now)
    }

    /// `nil` where this daemon has no such thing.
    private static func optional<Value>(_ question: () async throws -> Value) async throws -> Value? {
        do {
            return try await question()
        } catch is RPCError {
            return nil
        }
    }
}
