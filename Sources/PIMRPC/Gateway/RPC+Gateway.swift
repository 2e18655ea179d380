public import PIMCore

extension RPC {
    public static let gatewayPreflight = RPCMethod<GatewayPreflightParameters, GatewayPreflightResult>(
        "gateway.preflight", summary: "Whether this machine can be a gateway, and how to get what it lacks.")

    public static let gatewayEnable = RPCMethod<GatewayEnableParameters, GatewayEnableResult>(
        "gateway.enable",
        summary: "Lets the mesh out by an interface of this machine, at once and after the next start.",
        errors: [.invalidParams, .gatewayPreflightFailed, .gatewayNotSupported])

    public static let gatewayDisable = RPCMethod<GatewayDisableParameters, GatewayDisableResult>(
        "gateway.disable", summary: "Ends being a gateway, at once and after the next start.",
        errors: [.gatewayNotSupported])

    public static let gatewayStatus = RPCMethod<NoParameters, GatewayRole>(
        "gateway.status", summary: "This node as a gateway: whether it is one, who uses it and how much.")

    static let gatewayEvent = RPCEventDescription(
        .gateway,
        summary:
            "This node began or ceased to be a gateway, or what passes through it changed; a sample comes every second while somebody listens.",
        parameters: GatewayEvent.self)

    static let gatewayMethods = [
        gatewayPreflight.description, gatewayEnable.description, gatewayDisable.description, gatewayStatus.description,
    ]
}

extension RPCError.Code {
    /// Something a gateway cannot do without is missing; `data` has the checks of `gateway.preflight`.
    public static let gatewayPreflightFailed = RPCError.Code(rawValue: -32030)
    /// There are no gateways on this platform.
    public static let gatewayNotSupported = RPCError.Code(rawValue: -32031)
}
