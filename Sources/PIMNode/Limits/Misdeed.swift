import PIMCore

/// What a peer, or a stranger at an address, can do wrong, with the weight it has in its reputation.
enum Misdeed: Sendable {
    /// A frame that did not open or decode. Late frames of a replaced session look like this, hence the low weight.
    case badFrame
    /// A clear frame whose body does not decode.
    case undecodable
    /// A route update whose signature is missing or wrong, or a handshake that does not verify.
    case badSignature
    /// Goodbye, heartbeat or route update in the name of another node.
    case impersonation
    /// A route update that puts another node at distance 0 (`spec/routing.md` §13 I-4).
    case distanceLie

    /// A connection more than the places its address has.
    case crowding
    /// A connection that never got to a proven handshake; a scanner, a peer on a bad network, or one of a flood.
    case silence
    /// A handshake that ended in another key: nearly always a node of another mesh that dials again and again.
    case wrongSecret
    /// No stream of frames at all, or more than a handshake takes.
    case noise
    /// A recorded handshake, or a preamble that names somebody else.
    case replay

    var weight: Double {
        switch self {
        case .badFrame, .crowding: 1
        case .silence: 2
        case .undecodable, .wrongSecret: 4
        case .badSignature, .noise, .replay: 8
        case .impersonation, .distanceLie: 16
        }
    }
}
