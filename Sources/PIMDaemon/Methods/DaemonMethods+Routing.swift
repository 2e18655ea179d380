internal import PIMCore
internal import PIMRPC

extension DaemonMethods {
    /// `route.set_split_default` (`spec/rpc.md` §5.3).
    func setSplitDefault(_ parameters: SetSplitDefaultParameters) async throws -> SetSplitDefaultResult {
        let isOn = parameters.on ?? false
        try await routing().set(on: isOn)
        // One that may not be a gateway while its traffic is held may be one now.
        if !isOn { await gateway.networkChanged() }
        return SetSplitDefaultResult(on: isOn)
    }

    /// `route.status`.
    func splitDefaultStatus() async throws -> SplitDefaultStatus {
        try await routing().status()
    }

    private func routing() throws -> RouteService {
        guard let routeService else {
            throw RPCError(.notSupported, "this daemon has no network interface: see `interface.enabled`")
        }
        return routeService
    }
}
