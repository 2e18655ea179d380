/// How a neighbour is doing.
public struct PeerState: RawRepresentable, OpenWord, Codable, Sendable, Hashable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A live session.
    public static let active = PeerState(rawValue: "active")
    public static let relayed = PeerState(rawValue: "relayed")
    public static let connecting = PeerState(rawValue: "connecting")
    /// Not connected, or nothing gets through; `failure` says why.
    public static let failed = PeerState(rawValue: "failed")

    public static let knownWords: [PeerState] = [.active, .relayed, .connecting, .failed]
}
