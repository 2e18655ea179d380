/// How a program ended, and what it said.
public struct CommandResult: Sendable, Hashable {
    /// The exit status; 128 and the signal's number when a signal ended it, as shells say it.
    public var status: Int32
    /// What it wrote to standard output.
    public var output: String
    /// What it wrote to standard error.
    public var error: String

    public init(status: Int32, output: String, error: String) {
        self.status = status
        self.output = output
        self.error = error
    }

    /// Whether the program says that all went well.
    public var isSuccess: Bool { status == 0 }

    /// The first line of what it complained about, for messages; its status when it said nothing.
    public var complaint: String {
        let lines = (error + "\n" + output).split(whereSeparator: \.isNewline)
        return lines.first.map(String.init) ?? "it ended with status \(status)"
    }
}
