public import PIMCore

/// A type whose JSON form cannot be read off its `Codable` conformance alone, because it is more than its conformance asks
/// for: a text of a certain form, one of several shapes.
public protocol SchemaDescribing: Decodable {
    /// - Parameter catalog: Knows the shapes of other types, and takes the objects that are named on the way.
    static func schema(in catalog: SchemaCatalog) throws -> RPCSchema
    /// A value its `init(from:)` accepts; `nil` when any of the right type will do.
    static var schemaExample: JSONValue? { get }
}

extension SchemaDescribing {
    public static var schemaExample: JSONValue? { nil }
}

/// A text of which more values may come than those that are known: clients must put up with any.
public protocol OpenWord: SchemaDescribing, RawRepresentable<String> {
    /// What this version sends or understands.
    static var knownWords: [Self] { get }
}

extension OpenWord {
    public static func schema(in catalog: SchemaCatalog) -> RPCSchema { .words(knownWords.map(\.rawValue)) }
    public static var schemaExample: JSONValue? { knownWords.first.map { .string($0.rawValue) } }
}

/// A type that says what its members mean.
public protocol MembersNoted {
    /// By name on the wire.
    static var memberNotes: [String: MemberNote] { get }
    /// Members that are written though nobody reads them back.
    static var membersOnlyWritten: [RPCObject.Member] { get }
}

extension MembersNoted {
    public static var membersOnlyWritten: [RPCObject.Member] { [] }
}
