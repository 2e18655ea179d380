public import PIMCore

/// What links and the transport count.
extension MeshCounter {
    /// Anything but a handshake on a link without a session; reference nodes send early heartbeats.
    public static let beforeSession = MeshCounter(rawValue: "drop_before_session")
    /// A message that is no transport frame.
    public static let malformedFrame = MeshCounter(rawValue: "drop_malformed_frame")
    /// A Handshake frame that is no handshake message.
    public static let malformedHandshake = MeshCounter(rawValue: "drop_malformed_handshake")
    /// A Data frame that opened and holds no mesh frame.
    public static let malformedMeshFrame = MeshCounter(rawValue: "drop_malformed_mesh_frame")
    /// A sealed frame that does not open.
    public static let undecryptable = MeshCounter(rawValue: "drop_undecryptable")
    /// A sealed frame whose counter was used before.
    public static let replayed = MeshCounter(rawValue: "drop_replayed")
    /// A frame this node sealed itself.
    public static let reflected = MeshCounter(rawValue: "drop_reflected")
    /// A frame of the type nobody uses.
    public static let unusedFrameType = MeshCounter(rawValue: "drop_unused_frame_type")

    /// A connection refused because its address has too many unauthenticated ones.
    public static let connectionsPerAddress = MeshCounter(rawValue: "connection_refused_per_address")
    /// An unauthenticated connection closed to make room for a new one.
    public static let connectionEvicted = MeshCounter(rawValue: "connection_evicted")
    /// A connection that sent no preamble in time.
    public static let preambleTimedOut = MeshCounter(rawValue: "connection_without_preamble")

    /// Whether a dropped frame had opened, so that the peer itself made it.
    public var isProven: Bool { self == .malformedMeshFrame }

    /// Whether a drop is something no honest peer causes, so that the control plane is told. Early frames are not, and
    /// neither are frames out of order: reference nodes send those now and then (`spec/wire.md` §20.11).
    public var isMisbehaviour: Bool {
        switch self {
        case .malformedFrame, .malformedHandshake, .malformedMeshFrame, .undecryptable, .reflected: true
        default: false
        }
    }
}
