public import PIMCore

extension MeshCounter {
    /// A packet of this host that stays with the host: multicast, broadcast, link-local, loopback, unspecified.
    public static let packetLocalOnly = MeshCounter(rawValue: "packet_local_only")
    /// A packet of this host to its own mesh address.
    public static let packetToSelf = MeshCounter(rawValue: "packet_to_self")
    /// A packet of this host that nobody can take; the sender was told, if not told too often.
    public static let packetUnreachable = MeshCounter(rawValue: "packet_unreachable")
    /// A packet of this host that is not one, or not complete.
    public static let packetMalformed = MeshCounter(rawValue: "packet_malformed")
    /// A packet waited for a session and had to go.
    public static let packetWaitFull = MeshCounter(rawValue: "packet_wait_full")
    /// A packet from the mesh that is neither for this node nor to leave here.
    public static let packetForeignDestination = MeshCounter(rawValue: "packet_foreign_destination")
    /// A packet from the mesh whose source address is not its sender's.
    public static let packetForeignSource = MeshCounter(rawValue: "packet_foreign_source")
    /// A sealed frame of packets with a record that breaks a rule.
    public static let packetRecordsMalformed = MeshCounter(rawValue: "packet_records_malformed")
    /// A super-packet that would have to be cut here, beyond what is cut of one frame.
    public static let packetSegmentsOverLimit = MeshCounter(rawValue: "packet_segments_over_limit")
    /// The interface did not take a packet.
    public static let packetNotWritten = MeshCounter(rawValue: "packet_not_written")
    /// A fragment that fits into no packet.
    public static let fragmentRefused = MeshCounter(rawValue: "fragment_refused")
    /// A box of a sender whose key is not known, above what is computed for such a second.
    public static let boxOverLimit = MeshCounter(rawValue: "box_over_limit")
    /// An end-to-end box that does not open, or came to a node that is no gateway.
    public static let boxRefused = MeshCounter(rawValue: "box_refused")
}
