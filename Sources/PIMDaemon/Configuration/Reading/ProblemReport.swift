/// Collects what is wrong with one file while it is read. Used by one thread, for the time of one reading.
final class ProblemReport {
    private let file: String
    private var problems: [ConfigurationProblem] = []

    init(file: String) {
        self.file = file
    }

    func error(_ key: String?, at position: TextPosition?, _ message: String, suggestion: String? = nil) {
        add(.error, key, position, message, suggestion)
    }

    func warning(_ key: String?, at position: TextPosition?, _ message: String, suggestion: String? = nil) {
        add(.warning, key, position, message, suggestion)
    }

    /// Everything of one severity, in the order of the file; what has no place in it comes last.
    func all(_ severity: ConfigurationProblem.Severity) -> [ConfigurationProblem] {
        problems.filter { $0.severity == severity }.enumerated().sorted { left, right in
            switch (left.element.position, right.element.position) {
            case (let first?, let second?) where first != second: first < second
            case (nil, .some): false
            case (.some, nil): true
            default: left.offset < right.offset
            }
        }.map(\.element)
    }

    private func add(
        _ severity: ConfigurationProblem.Severity, _ key: String?, _ position: TextPosition?, _ message: String,
        _ suggestion: String?
    ) {
        problems.append(
            ConfigurationProblem(
                severity, file: file, position: position, key: key, message: message, suggestion: suggestion))
    }
}
