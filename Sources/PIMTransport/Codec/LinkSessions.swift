import PIMCore
import PIMCrypto
import PIMWire

/// The session a link seals with, and the one it replaced, which opens for a while longer.
///
/// Frames say by their nonce prefix which session they belong to, once the first one of it has opened.
struct LinkSessions {
    private struct Slot {
        let session: LinkSession
        let ownPrefix: UInt64
        /// The prefix the peer uses, once a frame proved it.
        var peerPrefix: UInt64?
    }

    private var current: Slot?
    private var previous: Slot?
    /// Renewals by this end under which nothing opened yet, oldest first: a Response may be a recording, and then nothing
    /// ever opens (`design/extensions.md` §7).
    private var proposed: [Slot] = []
    /// Whether frames are sealed with the first of them. With a second one, one of the two is a recording.
    private var sealsWithProposal = false
    /// The own prefix of the session under which the first frame has just opened.
    private var proven: UInt64?

    var isInstalled: Bool { current != nil }
    /// Whether frames of every type but Handshake are sealed; stays as it is for the life of a link.
    var isSealed: Bool { current?.session.seals(.control) == true }
    var hasPrevious: Bool { previous != nil }

    mutating func install(_ session: LinkSession, ownPrefix: UInt64, keepingPrevious: Bool) {
        dropProposals()
        previous = keepingPrevious ? current : nil
        current = Slot(session: session, ownPrefix: ownPrefix)
    }

    mutating func dropPrevious() {
        previous = nil
    }

    /// Adds a session that takes the place of the present one as soon as a frame opens under it.
    mutating func propose(_ session: LinkSession, ownPrefix: UInt64) {
        proposed.append(Slot(session: session, ownPrefix: ownPrefix))
        sealsWithProposal = proposed.count == 1
    }

    /// Seals with the session that is proven again; what was proposed still opens.
    mutating func distrustProposals() {
        sealsWithProposal = false
    }

    mutating func dropProposals() {
        proposed = []
        sealsWithProposal = false
    }

    /// Tells once that the first frame of a session opened.
    mutating func takeProven() -> UInt64? {
        defer { proven = nil }
        return proven
    }

    /// Whether frames of this type are sealed on this link.
    func seals(_ type: FrameType) -> Bool { current?.session.seals(type) == true }

    /// Seals a whole frame in place with the present session.
    func seal(_ frame: UnsafeMutableRawBufferPointer, as type: FrameType) throws(CryptoError) {
        guard let slot = sealsWithProposal ? proposed.first : current else {
            throw CryptoError(.invalidState, "no session")
        }
        try slot.session.seal(frame, as: type)
    }

    /// Opens a whole frame of a type that is sealed, in place.
    ///
    /// - Returns: `nil` when it opened, else what to count.
    /// - Throws: When a frame is missing before it on a sealed link.
    mutating func open(
        _ frame: UnsafeMutableRawBufferPointer, prefix: UInt64
    ) throws(LinkProtocolError) -> MeshCounter? {
        guard let current else { return .beforeSession }
        if current.peerPrefix == prefix { return try Self.attempt(current.session, frame) }
        guard SafetyRule.linkReflection.permits(!isOwn(prefix)) else { return .reflected }
        if let previous, previous.peerPrefix == prefix { return try Self.attempt(previous.session, frame) }
        guard previous != nil || !proposed.isEmpty else { return try openCurrent(frame, prefix: prefix) }
        return try openAny(frame, prefix: prefix)
    }

    private func isOwn(_ prefix: UInt64) -> Bool {
        prefix == current?.ownPrefix || prefix == previous?.ownPrefix
            || proposed.contains { $0.ownPrefix == prefix }
    }

    private mutating func openCurrent(
        _ frame: UnsafeMutableRawBufferPointer, prefix: UInt64
    ) throws(LinkProtocolError) -> MeshCounter? {
        guard let session = current?.session else { return .beforeSession }
        if let failure = try Self.attempt(session, frame) { return failure }
        if current?.peerPrefix == nil { proven = current?.ownPrefix }
        current?.peerPrefix = prefix
        // The peer writes in order: nothing sealed with the old session can follow.
        previous = nil
        return nil
    }

    /// No session's peer prefix matches. A failed attempt destroys the frame, so this one keeps a copy.
    private mutating func openAny(
        _ frame: UnsafeMutableRawBufferPointer, prefix: UInt64
    ) throws(LinkProtocolError) -> MeshCounter? {
        let copy = Array(frame)
        for slot in proposed {
            guard try Self.attempt(slot.session, frame) != nil else {
                takeOver(slot, prefix: prefix)
                return nil
            }
            frame.copyBytes(from: copy)
        }
        guard let failure = try openCurrent(frame, prefix: prefix) else { return nil }
        guard let session = previous?.session else { return failure }
        frame.copyBytes(from: copy)
        if let failure = try Self.attempt(session, frame) { return failure }
        previous?.peerPrefix = prefix
        return nil
    }

    /// The peer has switched to a session that was proposed: nothing sealed with another one can follow.
    private mutating func takeOver(_ slot: Slot, prefix: UInt64) {
        current = slot
        current?.peerPrefix = prefix
        previous = nil
        proven = slot.ownPrefix
        dropProposals()
    }

    private static func attempt(
        _ session: LinkSession, _ frame: UnsafeMutableRawBufferPointer
    ) throws(LinkProtocolError) -> MeshCounter? {
        do {
            try session.open(frame)
            return nil
        } catch {
            switch error.code {
            case .replayedNonce: return .replayed
            case .reflected: return .reflected
            case .missingFrame: throw LinkProtocolError(.missingFrame)
            default: return .undecryptable
            }
        }
    }
}
