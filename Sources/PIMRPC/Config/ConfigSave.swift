public import PIMCore

/// Parameters of `config.save` (`spec/rpc.md` §5.5).
public struct ConfigSaveParameters: Codable, Sendable, Hashable {
    /// The whole text, TOML. A secret that is ``ConfigGetResult/mask`` keeps its value.
    public var config: String
    /// Ignored: the text is TOML.
    public var format: String?
    /// Only check; default `false`.
    public var dryRun: Bool?

    public init(config: String, format: String? = nil, dryRun: Bool? = nil) {
        self.config = config
        self.format = format
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey {
        case config, format
        case dryRun = "dry_run"
    }
}

/// Parameters of `config.set`.
public struct ConfigSetParameters: Codable, Sendable, Hashable {
    public struct Change: Codable, Sendable, Hashable {
        /// Dotted: `routing.kill_switch`.
        public var key: String
        /// A string, number, boolean or a list of these; `null` removes the key, so that its default counts.
        @ExplicitNull public var value: JSONValue?

        public init(key: String, value: JSONValue?) {
            self.key = key
            self.value = value
        }
    }

    public var changes: [Change]
    /// Only check; default `false`.
    public var dryRun: Bool?

    public init(changes: [Change], dryRun: Bool? = nil) {
        self.changes = changes
        self.dryRun = dryRun
    }

    enum CodingKeys: String, CodingKey {
        case changes
        case dryRun = "dry_run"
    }
}

/// The result of `config.save` and `config.set`.
public struct ConfigSaveResult: Codable, Sendable, Hashable {
    /// Whether the file was written: not for a dry run.
    public var saved: Bool
    /// Dotted keys, `section.key`, whose new values count from the next start; all others were applied, or would be.
    public var requiresRestart: [String]
    /// The file.
    public var writtenTo: String
    /// Ours: dotted keys that count at once.
    public var applied: [String]?
    /// Ours: what is legal but odd, such as unknown keys.
    public var warnings: [ConfigProblem]?

    public init(
        saved: Bool, requiresRestart: [String], writtenTo: String, applied: [String], warnings: [ConfigProblem]
    ) {
        self.saved = saved
        self.requiresRestart = requiresRestart
        self.writtenTo = writtenTo
        self.applied = applied
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case saved, applied, warnings
        case requiresRestart = "requires_restart"
        case writtenTo = "written_to"
    }
}

/// The result of `config.reload`.
public struct ConfigReloadResult: Codable, Sendable, Hashable {
    /// Dotted keys that changed and count from now on.
    public var applied: [String]
    /// Dotted keys that changed and count from the next start.
    public var requiresRestart: [String]

    public init(applied: [String], requiresRestart: [String]) {
        self.applied = applied
        self.requiresRestart = requiresRestart
    }

    enum CodingKeys: String, CodingKey {
        case applied
        case requiresRestart = "requires_restart"
    }
}
