public import PIMCore

/// A configuration file that can be used.
public struct LoadedConfiguration: Sendable, CustomStringConvertible {
    public var configuration: PIMConfiguration
    /// What the log should say about the file, in its order.
    public var warnings: [ConfigurationProblem]
    public var sourcePath: String
    /// The file as it was read, secrets included.
    public var text: String

    /// The value that counts for each key of ``configuration`` by its dotted name, secrets included; only good for comparing.
    /// Lists of tables are one key.
    let values: [String: String]

    init(
        configuration: PIMConfiguration, warnings: [ConfigurationProblem], sourcePath: String, text: String,
        values: [String: String]
    ) {
        self.configuration = configuration
        self.warnings = warnings
        self.sourcePath = sourcePath
        self.text = text
        self.values = values.filter { !$0.key.contains("[") }
    }

    /// Names the file only, for its text may hold the secret of a mesh.
    public var description: String { "configuration from \(sourcePath)" }
}

extension LoadedConfiguration {
    /// The keys whose values are not the same in another configuration, sorted.
    func keys(changedFrom other: LoadedConfiguration) -> [String] {
        Set(values.keys).union(other.values.keys).filter { values[$0] != other.values[$0] }.sorted()
    }

    /// Where the section of a plugin begins; `nil` if there is none.
    func position(ofPlugin name: String) -> TextPosition? {
        try? TOMLScanner.scan(text).members["plugins"]?.members[name]?.position
    }
}
