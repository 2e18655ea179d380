/// The shape of a JSON value on the control socket (`spec/rpc.md` §5), as the contract documents show it.
///
/// Nobody writes one down for a whole type: ``SchemaCatalog`` reads it off the type's own `Codable` conformance. Only
/// what that cannot know, such as the pattern of a text, is said by ``SchemaDescribing`` and ``MemberNote``.
public indirect enum RPCSchema: Sendable, Hashable {
    case anything
    case null
    case boolean
    /// A whole number; bounds are inclusive.
    case integer(minimum: Int64? = nil, maximum: Int64? = nil)
    case number
    case text
    /// Text of one form: a regular expression for machines, its name for people.
    case pattern(String, name: String)
    /// One of these texts.
    case words([String])
    case list(RPCSchema)
    /// An object whose member names are data.
    case map(RPCSchema)
    /// An object with a name of its own, see ``SchemaCatalog/objects``.
    case object(String)
    case oneOf([RPCSchema])
    case nullable(RPCSchema)

    /// A point in time as text, see ``RPCTimestamp``.
    public static let time = RPCSchema.pattern(
        "^[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z$", name: "UTC time")
    /// As ``PIMCore/NodeID/shortDescription``.
    public static let shortID = RPCSchema.pattern("^[0-9a-f]{8}[.]{2}[0-9a-f]{8}$", name: "18 characters")
    /// An integer of at least zero.
    public static let count = RPCSchema.integer(minimum: 0)

    /// The names of the objects this schema mentions.
    public var mentions: [String] {
        switch self {
        case .anything, .null, .boolean, .integer, .number, .text, .pattern, .words: []
        case .object(let name): [name]
        case .list(let inner), .map(let inner), .nullable(let inner): inner.mentions
        case .oneOf(let choices): choices.flatMap(\.mentions)
        }
    }
}
