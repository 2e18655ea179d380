/// Why a message of ours was given up.
public struct MessageFailureReason: RawRepresentable, OpenWord, Hashable, Sendable, Codable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It waited longer than `outbox_ttl_s` for an acknowledgement.
    public static let expired = MessageFailureReason(rawValue: "expired")
    /// The peer was removed from the directory, its messages were kept.
    public static let forgotten = MessageFailureReason(rawValue: "forgotten")
    /// Written by reference daemons, which do not queue; found only in files taken over from one.
    public static let noRoute = MessageFailureReason(rawValue: "no_route")

    public static let knownWords: [MessageFailureReason] = [.expired, .forgotten, .noRoute]
}
