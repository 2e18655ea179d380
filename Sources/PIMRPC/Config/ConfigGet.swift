/// Parameters of `config.get` (`spec/rpc.md` §5.5).
public struct ConfigGetParameters: Codable, Sendable, Hashable {
    /// Echoed; the text is TOML in any case.
    public var format: String?
    /// Whether secrets, such as the passphrase of a private mesh, are given in clear.
    public var includeSecrets: Bool?

    public init(format: String? = nil, includeSecrets: Bool? = nil) {
        self.format = format
        self.includeSecrets = includeSecrets
    }

    enum CodingKeys: String, CodingKey {
        case format
        case includeSecrets = "include_secrets"
    }
}

/// The result of `config.get`.
public struct ConfigGetResult: Codable, Sendable, Hashable {
    /// Stands in place of a secret. Saved, it means that the secret stays as it is in the file.
    public static let mask = "********"

    public var format: String
    /// The text of the file, TOML.
    public var config: String
    public var sourcePath: String
    /// UTC text, see ``RPCTimestamp``.
    public var lastModified: String
    /// Ours: dotted keys whose values ``mask`` stands for in `config`.
    public var masked: [String]?

    public init(format: String, config: String, sourcePath: String, lastModified: String, masked: [String]) {
        self.format = format
        self.config = config
        self.sourcePath = sourcePath
        self.lastModified = lastModified
        self.masked = masked
    }

    enum CodingKeys: String, CodingKey {
        case format, config, masked
        case sourcePath = "source_path"
        case lastModified = "last_modified"
    }
}
