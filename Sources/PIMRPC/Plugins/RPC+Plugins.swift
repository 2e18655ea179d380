extension RPC {
    /// Ours.
    public static let pluginsList = RPCMethod<NoParameters, PluginList>(
        "plugins.list", summary: "The plugins in this daemon, what they are doing and what they lost.")

    static let pluginsMethods = [pluginsList.description]
}
