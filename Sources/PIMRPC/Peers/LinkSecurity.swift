/// How a link is protected (`design/extensions.md` §2).
public enum LinkSecurity: String, Codable, Sendable, Hashable, CaseIterable {
    /// Everything after the handshake is encrypted and in order.
    case sealed
    /// As the reference protects it: payloads only, the rest goes in clear.
    case reference
}
