public import PIMCore

/// A configuration file that can be used.
public struct LoadedConfiguration: Sendable, CustomStringConvertible {
    public var configuration: PIMConfiguration
    /// What the log should say about the file, in its order.
    public var warnings: [ConfigurationProblem]
    public var sourcePath: String
    /// The file as it was read, secrets included.
    public var text: String

    public init(
        configuration: PIMConfiguration, warnings: [ConfigurationProblem], sourcePath: String, text: String
    ) {
        self.configuration = configuration
        self.warnings = warnings
        self.sourcePath = sourcePath
        self.text = text
    }

    /// Names the file only, for its text may hold the secret of a mesh.
    public var description: String { "configuration from \(sourcePath)" }
}

extension LoadedConfiguration {
    /// Where the section of a plugin begins; `nil` if there is none.
    func position(ofPlugin name: String) -> TextPosition? {
        try? TOMLScanner.scan(text).members["plugins"]?.members[name]?.position
    }
}
