import PIMClient
import PIMCore
import PIMRPC

/// What is said of routes where there can be none: they are off.
enum NoRoutes {
    static let line = "pim routes: disabled (this daemon has no interface)"
    static let json = JSONValue.object(["on": .bool(false), "enabled": .bool(false), "interface": .string("")])
}

extension ControlClient {
    /// `nil` for a daemon without an interface, which has nothing to route into.
    func routeStatus() async throws -> SplitDefaultStatus? {
        do {
            return try await call(RPC.splitDefaultStatus)
        } catch let error as RPCError where error.code == .notSupported {
            return nil
        }
    }
}
