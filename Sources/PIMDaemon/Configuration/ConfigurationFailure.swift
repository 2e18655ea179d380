public import PIMCore

/// Why a configuration could not be used: everything that is wrong with it at once, not only the first thing.
public struct ConfigurationFailure: Error, Sendable, CustomStringConvertible {
    /// `io` when the file could not be read, `config` when it could but says something wrong (`spec/config.md` §2.4).
    public var category: PIMError.Category
    public var file: String
    /// One sentence about the whole.
    public var summary: String
    /// The errors in the order of the file, and then the warnings. Empty for an input error.
    public var problems: [ConfigurationProblem]

    public init(_ category: PIMError.Category, file: String, summary: String, problems: [ConfigurationProblem] = []) {
        self.category = category
        self.file = file
        self.summary = summary
        self.problems = problems
    }

    /// `config error: ` or `io error: ` and the summary, then one line per problem.
    public var description: String {
        (["\(category.rawValue) error: \(summary)"] + problems.map(\.description)).joined(separator: "\n")
    }
}
