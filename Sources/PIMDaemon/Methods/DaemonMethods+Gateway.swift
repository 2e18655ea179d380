internal import PIMCore
internal import PIMHost
internal import PIMRPC

extension DaemonMethods {
    /// `gateway.preflight` (`spec/rpc.md` §5.4).
    func gatewayPreflight(_ parameters: GatewayPreflightParameters) async -> GatewayPreflightResult {
        var settings = await gateway.settings ?? GatewaySettings(daemon.configuration.gateway)
        if let name = parameters.natInterface, !name.isEmpty { settings.uplink = name }
        let facts = await gateway.facts(for: settings)
        return GatewayPreflightResult(
            supported: facts.isLinux, platform: Self.platform,
            checks: GatewayPreflight.checks(facts).map(\.forClients),
            suggestedNATInterfaces: facts.suggestions)
    }

    /// `gateway.enable`: live, and in the file for the next start.
    func gatewayEnable(_ parameters: GatewayEnableParameters) async throws -> GatewayEnableResult {
        try requireGatewaySupport("gateway.enable")
        guard !parameters.natInterface.isEmpty else {
            throw RPCError(.invalidParams, "gateway.enable: nat_interface is empty")
        }
        var settings = await gateway.settings ?? GatewaySettings(daemon.configuration.gateway)
        settings.uplink = parameters.natInterface
        if let limit = parameters.maxConnections { settings.maxConnections = limit }
        do throws(GatewayRefusal) {
            try await gateway.enable(settings)
        } catch {
            throw RPCError(
                .gatewayPreflightFailed, "gateway.enable: \(error.reason)",
                data: .array(error.failures.map(\.forErrors)))
        }
        var path: String?
        if parameters.persist != false {
            var values: [(key: [String], value: TOMLLiteral)] = [
                (["gateway", "enabled"], .boolean(true)),
                (["gateway", "nat_interface"], .string(settings.uplink)),
            ]
            if let limit = parameters.maxConnections {
                values.append((["gateway", "max_connections"], .integer(Int64(limit))))
            }
            path = try await write(values, otherwise: "this node is a gateway, but only until the next start")
        }
        let role = await gateway.role()
        return GatewayEnableResult(
            active: role.active, natInterface: settings.uplink, advertisedRoutes: role.advertisedRoutes,
            writtenTo: path)
    }

    /// `gateway.disable`: live, and in the file for the next start.
    func gatewayDisable(_ parameters: GatewayDisableParameters) async throws -> GatewayDisableResult {
        try requireGatewaySupport("gateway.disable")
        await gateway.disable()
        guard parameters.persist != false else { return GatewayDisableResult(writtenTo: nil) }
        return GatewayDisableResult(
            writtenTo: try await write(
                [(["gateway", "enabled"], .boolean(false))],
                otherwise: "this node is no gateway, but only until the next start"))
    }

    private func write(
        _ values: [(key: [String], value: TOMLLiteral)], otherwise: String
    ) async throws(RPCError) -> String {
        do throws(ConfigurationKeeper.Refusal) {
            _ = try await keeper.set(values.map { ($0.key, $0.value) })
            return keeper.file.path
        } catch {
            throw RPCError(.internalError, "\(otherwise): \(error.summary)")
        }
    }

    private func requireGatewaySupport(_ method: String) throws(RPCError) {
        guard BuildFeatures.sections.contains("gateway") else {
            throw RPCError(.gatewayNotSupported, "\(method): a gateway needs Linux")
        }
    }

    private static var platform: String {
        #if os(Linux)
            "linux"
        #elseif os(macOS)
            "macos"
        #elseif os(Windows)
            "windows"
        #else
            "other"
        #endif
    }
}

extension GatewayCheck {
    fileprivate var forClients: GatewayPreflightResult.Check {
        .init(name: id.rawValue, ok: isOK, detail: message, required: isRequired, fix: fix)
    }

    fileprivate var forErrors: JSONValue {
        .object([
            "name": .string(id.rawValue), "ok": .bool(isOK), "detail": .string(message),
            "required": .bool(isRequired), "fix": fix.map { .string($0) } ?? .null,
        ])
    }
}
