/// What stood at a path before this daemon put something there.
public enum PreviousFile: Sendable, Hashable, Codable {
    case absent
    /// A file, with its permission bits.
    case content([UInt8], permissions: UInt32)
    /// A symbolic link to this.
    case link(target: String)
}
