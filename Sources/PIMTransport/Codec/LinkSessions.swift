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

    var isInstalled: Bool { current != nil }
    /// Whether frames of every type but Handshake are sealed; stays as it is for the life of a link.
    var isSealed: Bool { current?.session.seals(.control) == true }
    var hasPrevious: Bool { previous != nil }

    mutating func install(_ session: LinkSession, ownPrefix: UInt64, keepingPrevious: Bool) {
        previous = keepingPrevious ? current : nil
        current = Slot(session: session, ownPrefix: ownPrefix)
    }

    mutating func dropPrevious() {
        previous = nil
    }

    /// Whether frames of this type are sealed on this link.
    func seals(_ type: FrameType) -> Bool { current?.session.seals(type) == true }

    /// Seals a whole frame in place with the present session.
    func seal(_ frame: UnsafeMutableRawBufferPointer, as type: FrameType) throws(CryptoError) {
        guard let current else { throw CryptoError(.invalidState, "no session") }
        try current.session.seal(frame, as: type)
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
        guard SafetyRule.linkReflection.permits(prefix != current.ownPrefix && prefix != previous?.ownPrefix) else {
            return .reflected
        }
        guard let previous else { return try openCurrent(frame, prefix: prefix) }
        if previous.peerPrefix == prefix { return try Self.attempt(previous.session, frame) }
        return try openEither(frame, prefix: prefix)
    }

    private mutating func openCurrent(
        _ frame: UnsafeMutableRawBufferPointer, prefix: UInt64
    ) throws(LinkProtocolError) -> MeshCounter? {
        guard let session = current?.session else { return .beforeSession }
        if let failure = try Self.attempt(session, frame) { return failure }
        current?.peerPrefix = prefix
        // The peer writes in order: nothing sealed with the old session can follow.
        previous = nil
        return nil
    }

    /// Neither session's peer prefix matches. A failed attempt destroys the frame, so this one keeps a copy.
    private mutating func openEither(
        _ frame: UnsafeMutableRawBufferPointer, prefix: UInt64
    ) throws(LinkProtocolError) -> MeshCounter? {
        let copy = Array(frame)
        guard let failure = try openCurrent(frame, prefix: prefix) else { return nil }
        guard let session = previous?.session else { return failure }
        frame.copyBytes(from: copy)
        if let failure = try Self.attempt(session, frame) { return failure }
        previous?.peerPrefix = prefix
        return nil
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
