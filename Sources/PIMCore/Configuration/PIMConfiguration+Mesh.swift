extension PIMConfiguration {
    /// `[mesh]`: open to everybody, or to those who know a passphrase (`spec/config.md` §3.4).
    public struct Mesh: Sendable, Equatable {
        public enum Mode: String, Sendable, Hashable, CaseIterable {
            case open
            case `private`
        }

        public var mode = Mode.open
        /// Set and not empty in a private mesh; wherever the file keeps it, in itself or in `passphrase_file`.
        public var passphrase: Passphrase?
        /// The file the passphrase was read from, if it was.
        public var passphraseFile: String?
        /// A label shown to people and mixed into the keys. Absent and empty give the same keys.
        public var meshID: String?
        public var kdf = KeyDerivation()

        public init() {}
    }

    /// `[mesh.kdf]`: the cost of deriving the mesh secret with Argon2id. All nodes of a mesh must agree.
    public struct KeyDerivation: Sendable, Hashable {
        /// Memory in KiB: at least 8, and at least 8 per lane.
        public var memoryKiB: UInt32 = 65_536
        /// Passes over the memory, at least 1.
        public var iterations: UInt32 = 3
        /// Lanes, 1 to 2²⁴ − 1.
        public var lanes: UInt32 = 1

        public init() {}
    }
}
