import PIMCore
import PIMCrypto

/// Where the handshake on one link stands. A link with a session goes through it again to renew the session.
enum HandshakeState: Sendable {
    case idle
    /// An accepted link that has said nothing yet.
    case awaitingInitiate(until: MonotonicTime)
    /// An accepted link whose Init waits for its turn.
    case queued(until: MonotonicTime)
    /// Init is sent. The ephemeral key is kept to recognise a reflection of our own message.
    case initiating(InitiatorHandshake, ephemeral: [UInt8], until: MonotonicTime)
    /// Response is sent.
    case responding(ResponderHandshake, until: MonotonicTime)

    var isIdle: Bool {
        if case .idle = self { true } else { false }
    }

    var deadline: MonotonicTime? {
        switch self {
        case .idle: nil
        case .awaitingInitiate(let until), .queued(let until), .initiating(_, _, let until), .responding(_, let until):
            until
        }
    }
}
