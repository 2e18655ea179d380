/// How packets to another node travel at present. `design/extensions.md` §5, §6.
public enum PacketCarriage: Sendable, Hashable {
    /// Sealed for that node alone; super-packets whole, or only what they stand for.
    case sealed(takesSuperPackets: Bool)
    /// As the reference sends them.
    case reference
    /// There will be a session, or silence will show that there is none.
    case waits
    /// The node takes no sealed packets, and nothing else may be sent.
    case refused
}
