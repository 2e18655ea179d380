/// The result of `mesh.status` (`spec/rpc.md` §5.5b). Never holds the passphrase.
public struct MeshStatus: Codable, Sendable, Hashable {
    public struct Mode: RawRepresentable, OpenWord, Codable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let open = Mode(rawValue: "open")
        /// Members share a passphrase.
        public static let `private` = Mode(rawValue: "private")

        public static let knownWords: [Mode] = [.open, .private]
    }

    public var mode: Mode
    /// The configured label; without effect in an open mesh.
    @ExplicitNull public var meshID: String?
    /// 16 hex digits, the same on every member; `null` for an open mesh.
    @ExplicitNull public var fingerprint: String?

    public init(mode: Mode, meshID: String?, fingerprint: String?) {
        self.mode = mode
        self.meshID = meshID
        self.fingerprint = fingerprint
    }

    enum CodingKeys: String, CodingKey {
        case mode, fingerprint
        case meshID = "mesh_id"
    }
}
