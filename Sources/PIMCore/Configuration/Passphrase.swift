/// The secret of a private mesh. It is compared and used, never printed.
public struct Passphrase: Sendable, Hashable {
    /// Exactly the characters of the file, not trimmed.
    public let secret: String

    public init(_ secret: String) {
        self.secret = secret
    }

    public var isEmpty: Bool { secret.isEmpty }
}

/// Whatever prints a configuration prints this instead of the secret.
extension Passphrase: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(passphrase)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
