/// What became of a payload at its sender.
public enum SendOutcome: Sendable, Hashable {
    case queued
    case noRoute
    case tooLarge
    /// The next link takes nothing more, or is closing.
    case congested
    /// The node does not run.
    case notRunning
}
