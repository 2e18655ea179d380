public import PIMCore

/// One line about a member, for documents: its unit, what `null` means, whether other daemons have it.
public struct MemberNote: Sendable, Hashable, ExpressibleByStringLiteral {
    public var text: String
    /// More exact than its Swift type.
    public var schema: RPCSchema?
    /// For the examples of the documents; of words it is the first if nothing is said.
    public var example: JSONValue?

    public init(_ text: String, _ schema: RPCSchema? = nil, example: JSONValue? = nil) {
        self.text = text
        self.schema = schema
        if case .words(let words)? = schema, example == nil {
            self.example = words.first.map { .string($0) }
        } else {
            self.example = example
        }
    }

    public init(_ text: String, _ schema: RPCSchema? = nil, example: String) {
        self.init(text, schema, example: .string(example))
    }

    public init(_ text: String, _ schema: RPCSchema? = nil, example: Int64) {
        self.init(text, schema, example: .integer(example))
    }

    public init(stringLiteral text: String) {
        self.init(text)
    }

    /// A text that has one of these values.
    public static func words(_ words: String..., text: String) -> MemberNote {
        MemberNote(text, .words(words))
    }

    /// A text like a point in time.
    public static func time(_ text: String, example: String = "2026-03-01T09:30:00.250Z") -> MemberNote {
        MemberNote(text, .time, example: example)
    }

    /// What members of these names mean wherever their type does not say otherwise.
    static let common: [String: MemberNote] = [
        "at": .time("When it happened."),
        "name": MemberNote("What the node calls itself.", example: "harbour"),
        "node_id": "The node.",
        "node_id_short": MemberNote(
            "The node for people: the first and the last 8 digits.", .shortID, example: "a3f1b2c4..9d32e0f8"),
        "peer_node_id": MemberNote("The other party.", .nodeID, example: .string(NodeID.exampleText)),
        "short_id": MemberNote(
            "The node for people: the first and the last 8 digits.", .shortID, example: "a3f1b2c4..9d32e0f8"),
        "subscription_id": MemberNote("`rpc-sub-<n>`, unique in the life of the daemon.", example: "rpc-sub-4"),
        "via": "The next hop.",
        "hops": MemberNote("Links on the way.", .count, example: 1),
    ]
}
