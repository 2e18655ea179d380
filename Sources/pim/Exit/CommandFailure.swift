/// A command that could not do what it was asked to.
struct CommandFailure: Error, CustomStringConvertible {
    var status: ExitStatus
    /// Empty when everything is said already.
    var description: String

    init(_ description: String, status: ExitStatus = .failed) {
        self.status = status
        self.description = description
    }

    /// The exit code alone, for a command whose output tells it all.
    static func silent(_ status: ExitStatus = .failed) -> CommandFailure { CommandFailure("", status: status) }
}
