/// Which way a message went, seen from this node (`spec/messaging.md` §7.1).
public enum MessageDirection: String, Sendable, Hashable, Codable, CaseIterable {
    case sent
    case received
}
