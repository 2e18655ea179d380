internal import PIMCore
public import PIMPlugin
internal import Synchronization

extension PluginHost {
    /// The RPC methods of all enabled plugins by full name `<namespace>.<name>`. Fixed for the life of the host; a method
    /// whose plugin does not run at the time of the call answers with an internal error that says so.
    public func rpcMethods() -> [String: PluginRPCMethod] {
        var methods: [String: PluginRPCMethod] = [:]
        for hosted in hosted where hosted.isEnabled {
            for method in hosted.rpcMethods {
                methods["\(hosted.rpcNamespace).\(method.name)"] = hosted.guarded(method)
            }
        }
        return methods
    }
}

extension HostedPlugin {
    fileprivate func guarded(_ method: PluginRPCMethod) -> PluginRPCMethod {
        PluginRPCMethod(
            method.name, summary: method.summary,
            handle: { [self] parameters in
                let phase = phase
                guard phase == .running else {
                    throw RPCError(.internalError, "plugin “\(name)” is not running: \(phase.rawValue)")
                }
                return try await method.handle(parameters)
            })
    }
}
