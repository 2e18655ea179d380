public import PIMCore
public import PIMPlugin

/// The section `[plugins.<name>]`, taken apart: the host's own keys and the rest, which is the plugin's.
public struct PluginSettings: Sendable, Hashable {
    /// `false`: the plugin is listed as disabled, claims no kind and is never called.
    public var enabled: Bool
    /// Overrides the plugin's own failure policy when it is there.
    public var required: Bool?
    /// The operator's half of the consent to hand the node's signing seed to the plugin.
    public var exposeSigningSeed: Bool
    /// What the plugin sees.
    public var configuration: PluginConfiguration

    public init(
        enabled: Bool = true, required: Bool? = nil, exposeSigningSeed: Bool = false,
        configuration: PluginConfiguration = PluginConfiguration()
    ) {
        self.enabled = enabled
        self.required = required
        self.exposeSigningSeed = exposeSigningSeed
        self.configuration = configuration
    }

    /// Takes a section as it stands in the file.
    ///
    /// - Throws: `PIMError` of category `config` when a key of the host's is not `true` or `false`.
    public init(section: [String: JSONValue]) throws(PIMError) {
        var rest = section
        enabled = try Self.flag("enabled", takenFrom: &rest) ?? true
        required = try Self.flag("required", takenFrom: &rest)
        exposeSigningSeed = try Self.flag("expose_signing_seed", takenFrom: &rest) ?? false
        configuration = PluginConfiguration(rest)
    }

    private static func flag(
        _ key: String, takenFrom section: inout [String: JSONValue]
    ) throws(PIMError) -> Bool? {
        guard let value = section.removeValue(forKey: key) else { return nil }
        guard case .bool(let flag) = value else { throw PIMError(.config, "“\(key)” must be true or false") }
        return flag
    }
}
