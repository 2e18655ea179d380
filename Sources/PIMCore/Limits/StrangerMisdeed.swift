/// What a transport sees strangers do wrong, by the address of a completed connection.
public enum StrangerMisdeed: Sendable, Hashable {
    /// More connections than the address has places, or one that ended before it was proven.
    case crowding
    /// A connection that said nothing in time.
    case silence
    /// No stream of frames, or more of them than a handshake takes.
    case noise
}
