/// A command that could not do what it was asked to.
struct CommandFailure: Error, CustomStringConvertible {
    var status: ExitStatus
    var description: String

    init(_ description: String, status: ExitStatus = .failed) {
        self.status = status
        self.description = description
    }
}
