import PIMWire

/// A renewal by this end that the peer has answered, as it seems, and under which no frame opened yet.
struct SessionProposal: Sendable {
    /// Of a sealed link: one Response of the peer at least is a recording when there are two.
    static let limit = 4

    /// What this end seals with, by which the link names the session.
    let noncePrefix: UInt64
    /// The peer's; the same Response twice would make the same session.
    let ephemeral: [UInt8]
    /// What the peer announced; fresh once a frame opens.
    let features: FeatureSet
}
