/// One thing wrong with a configuration file, printed the way compilers do, so that editors can jump to it:
/// `pim.toml:12:5: error: transport.listen_port: expected …, found …`.
public struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable {
        /// The daemon does not start with this file.
        case error
        /// The daemon starts; something does not do what the file seems to say.
        case warning
    }

    public var severity: Severity
    /// The file, as it was named to the loader.
    public var file: String
    /// Where in the file; `nil` for what is missing altogether.
    public var position: TextPosition?
    /// The full dotted name of the key or section, if the problem has one.
    public var key: String?
    /// What is wrong, and what was expected.
    public var message: String
    /// A known key that looks like what was meant.
    public var suggestion: String?

    public init(
        _ severity: Severity, file: String, position: TextPosition? = nil, key: String? = nil, message: String,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.position = position
        self.key = key
        self.message = message
        self.suggestion = suggestion
    }

    public var description: String {
        let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
        let subject = key.map { "\($0): " } ?? ""
        let hint = suggestion.map { "; did you mean “\($0)”?" } ?? ""
        return "\(place): \(severity.rawValue): \(subject)\(message)\(hint)"
    }
}

/// A place in a text. Lines and columns count from 1; columns count characters as Unicode scalars.
public struct TextPosition: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: TextPosition, right: TextPosition) -> Bool {
        left.line == right.line ? left.column < right.column : left.line < right.line
    }
}
