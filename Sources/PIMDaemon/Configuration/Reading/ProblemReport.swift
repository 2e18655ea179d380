/// Collects what one file says and what is wrong with it, while it is read. Used by one thread, for the time of one reading.
///
/// A file that is wrong all over is cut short: past ``limit`` problems of a severity the rest is only mentioned.
final class ProblemReport {
    static let limit = 200

    /// The value that counts for every key, by full name.
    var values: [String: String] = [:]
    private let file: String
    private var problems: [ConfigurationProblem] = []
    private var counts: [ConfigurationProblem.Severity: Int] = [:]

    init(file: String) {
        self.file = file
    }

    /// - Parameter suggestion: Not asked for if the error is not kept.
    func error(
        _ key: String?, at position: TextPosition?, _ message: String, suggestion: @autoclosure () -> String? = nil
    ) {
        add(.error, key, position, message, suggestion)
    }

    /// - Parameter suggestion: Not asked for if the warning is not kept.
    func warning(
        _ key: String?, at position: TextPosition?, _ message: String, suggestion: @autoclosure () -> String? = nil
    ) {
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
        _ suggestion: () -> String?
    ) {
        counts[severity, default: 0] += 1
        switch counts[severity, default: 0] {
        case ...Self.limit:
            problems.append(
                ConfigurationProblem(
                    severity, file: file, position: position, key: key, message: message, suggestion: suggestion()))
        case Self.limit + 1:
            problems.append(ConfigurationProblem(severity, file: file, message: "and more that is not listed"))
        default:
            break
        }
    }
}
