/// Why a datagram is no beacon for this node (`spec/discovery.md` §6, §12.1).
public enum BeaconRefusal: Error, Hashable, Sendable {
    /// No beacon at all, or less than one.
    case malformed
    /// In clear, and this mesh is private; or sealed, and this one is open.
    case otherForm
    /// Sealed with another key: another mesh, another passphrase, or a forgery.
    case undecryptable
    /// The NodeID does not belong to the key.
    case foreignKey
    /// Port 0, where nobody can be reached.
    case noPort
}
