/// The flags of a mesh data frame. `spec/wire.md` §9.1.
public struct MeshFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    /// Unknown bits are dropped.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x7f
    }

    /// The payload is a fragment.
    public static let isFragment = MeshFlags(rawValue: 0x01)
    /// Defined, never set and never read.
    public static let isLastFragment = MeshFlags(rawValue: 0x02)
    /// Defined, never set and never read.
    public static let requiresAcknowledgement = MeshFlags(rawValue: 0x04)
    /// Defined, never set and never read.
    public static let isAcknowledgement = MeshFlags(rawValue: 0x08)
    /// The packet is to leave the mesh at the gateway it is addressed to.
    public static let isInternet = MeshFlags(rawValue: 0x10)
    /// The payload, once reassembled, is an end-to-end box for the destination.
    public static let isE2E = MeshFlags(rawValue: 0x20)
    /// The payload is a `ControlFrame`; never fragmented.
    public static let isControl = MeshFlags(rawValue: 0x40)
}
