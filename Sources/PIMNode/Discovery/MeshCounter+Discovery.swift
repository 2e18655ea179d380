public import PIMCore
import PIMCrypto

/// What becomes of beacons (`spec/discovery.md` §6, §12).
extension MeshCounter {
    /// A datagram that is no beacon.
    public static let discoveryMalformed = MeshCounter(rawValue: "discovery_malformed")
    /// A beacon in clear in a private mesh, or a sealed one in an open mesh.
    public static let discoveryOtherForm = MeshCounter(rawValue: "discovery_other_form")
    /// A sealed beacon of another mesh, or a forged one.
    public static let discoveryUndecryptable = MeshCounter(rawValue: "discovery_undecryptable")
    /// A NodeID that does not belong to the key beside it.
    public static let discoveryKeyMismatch = MeshCounter(rawValue: "discovery_key_mismatch")
    public static let discoveryNoPort = MeshCounter(rawValue: "discovery_no_port")
    /// From an address that is on none of the networks this machine is attached to, or that lies inside the mesh.
    public static let discoveryOffLink = MeshCounter(rawValue: "discovery_off_link")
    /// Above the number of beacons read a second, from one source or in all.
    public static let discoveryOverLimit = MeshCounter(rawValue: "discovery_over_limit")
    /// One more address of a node than is remembered.
    public static let discoveryAddressLimit = MeshCounter(rawValue: "discovery_address_limit")
    /// One more address under one source than is remembered.
    public static let discoverySourceLimit = MeshCounter(rawValue: "discovery_source_limit")
    public static let discoveryTableFull = MeshCounter(rawValue: "discovery_table_full")
    /// A node whose link would not be admitted: it is shown, and not dialled.
    public static let discoveryNotAuthorized = MeshCounter(rawValue: "discovery_not_authorized")
    /// A node, or a further address of one, was found.
    public static let discoveryFound = MeshCounter(rawValue: "discovery_found")
    /// An attempt to reach a discovered node.
    public static let discoveryDialed = MeshCounter(rawValue: "discovery_dialed")
    /// Such an attempt that came to nothing.
    public static let discoveryDialFailed = MeshCounter(rawValue: "discovery_dial_failed")

    init(_ refusal: BeaconRefusal) {
        self =
            switch refusal {
            case .malformed: .discoveryMalformed
            case .otherForm: .discoveryOtherForm
            case .undecryptable: .discoveryUndecryptable
            case .foreignKey: .discoveryKeyMismatch
            case .noPort: .discoveryNoPort
            }
    }
}
