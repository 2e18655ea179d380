/// What an authenticated peer can do wrong, with the weight it has in its reputation.
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

    var weight: Double {
        switch self {
        case .badFrame: 1
        case .undecodable: 4
        case .badSignature: 8
        case .impersonation, .distanceLie: 16
        }
    }
}
