/// For which plugin a port is to be made.
public struct PluginPortRequest: Sendable, Hashable {
    /// The plugin's name: the domain of its signatures, the name of its directory.
    public var plugin: String
    /// Its events go to the stream `<rpcNamespace>.event`.
    public var rpcNamespace: String
    /// Whether the plugin asked for the node's signing seed and the operator agreed. When `false`, the identity port should
    /// not even hold the seed; the host refuses to hand it out in any case.
    public var maySeeSigningSeed: Bool

    public init(plugin: String, rpcNamespace: String, maySeeSigningSeed: Bool) {
        self.plugin = plugin
        self.rpcNamespace = rpcNamespace
        self.maySeeSigningSeed = maySeeSigningSeed
    }
}
