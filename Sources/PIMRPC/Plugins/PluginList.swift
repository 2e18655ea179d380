/// The result of `plugins.list`, in registration order.
public struct PluginList: Codable, Sendable, Hashable {
    public var plugins: [PluginSummary]

    public init(plugins: [PluginSummary]) {
        self.plugins = plugins
    }
}
