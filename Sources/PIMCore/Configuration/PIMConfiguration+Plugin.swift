extension PIMConfiguration {
    /// `[plugins.<name>]`: what the host is told about a plugin, and what the plugin itself is told.
    public struct Plugin: Sendable, Equatable {
        /// `nil`: as the daemon that contains the plugin has it.
        public var enabled: Bool?
        /// Whether the daemon refuses to run without the plugin. `nil`: as the plugin says.
        public var isRequired: Bool?
        /// Hands the node's raw seed to the plugin if it asks for it.
        public var exposesSigningSeed = false
        /// The plugin's own keys; dates as they are written.
        public var values: [String: JSONValue] = [:]

        public init() {}
    }
}
