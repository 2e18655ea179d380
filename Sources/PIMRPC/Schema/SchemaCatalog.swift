public import PIMCore

/// Reads the shapes of types off their `Codable` conformances, so that documents and types cannot disagree.
///
/// What `init(from:)` asks a decoder for are the members and their types; what `encode(to:)` still writes when all the
/// optional ones have no value are those that are always there (`spec/rpc.md` §5). Not thread-safe: it belongs to whoever
/// makes the documents.
public final class SchemaCatalog {
    /// Which way the values go, as seen from the daemon.
    public enum Role: Sendable {
        case parameters
        case results
    }

    /// Two types have the same name, or one type two shapes, or a conformance cannot be read.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    public let role: Role
    /// Everything that was named so far.
    public private(set) var objects: [String: RPCObject] = [:]
    /// By name of the type, to tell types apart that would get the same name.
    private var types: [String: any Decodable.Type] = [:]

    public init(_ role: Role) {
        self.role = role
    }

    /// The shape of a type.
    public func schema(of type: any Decodable.Type) throws -> RPCSchema {
        if let described = type as? any SchemaDescribing.Type { return try described.schema(in: self) }
        if let schema = Self.schema(ofScalar: type) { return schema }
        if let list = type as? any ListShaped.Type { return .list(try schema(of: list.elementType)) }
        if let map = type as? any MapShaped.Type { return .map(try schema(of: map.valueType)) }
        if let words = Self.words(of: type) { return .words(words) }
        return try schemaOfStructure(type)
    }

    /// Names an object and adds it. A shape that comes twice is the same object.
    public func add(_ object: RPCObject, as name: String) throws -> RPCSchema {
        if let present = objects[name], present != object { throw Failure(description: "\(name) has two shapes") }
        objects[name] = object
        return .object(name)
    }

    /// A value of a type with something in every member, made by its own `init(from:)`.
    ///
    /// - Parameter hint: What it is to hold; members it does not name are taken from ``MemberNote/example``.
    public static func example<Value: Decodable>(of type: Value.Type, hint: JSONValue? = nil) throws -> Value {
        try SampleDecoder.sample(of: type, hint: hint)
    }

    private func schemaOfStructure(_ type: any Decodable.Type) throws -> RPCSchema {
        let name = Self.name(of: type)
        if objects[name] != nil, let known = types[name] {
            guard known == type else { throw Failure(description: "two types are called \(name)") }
            return .object(name)
        }
        let recording = try record(type)
        guard recording.isObject else { return recording.single ?? .anything }
        types[name] = type
        return try add(RPCObject(try members(of: type, recording)), as: name)
    }

    /// The members of a type that becomes part of another object.
    public func members(of type: any Decodable.Type) throws -> [RPCObject.Member] {
        try members(of: type, record(type))
    }

    private func record(_ type: any Decodable.Type) throws -> SchemaRecording {
        let recording = SchemaRecording(catalog: self)
        do {
            _ = try type.init(from: SampleDecoder(for: type, hint: nil, recording: recording))
        } catch let error as DecodingError {
            throw Failure(description: "\(Self.name(of: type)): \(RPCCoding.describe(error))")
        }
        return recording
    }

    private func members(of type: any Decodable.Type, _ recording: SchemaRecording) throws -> [RPCObject.Member] {
        let notes = (type as? any MembersNoted.Type)?.memberNotes ?? [:]
        let written = role == .results ? try Self.membersAlwaysWritten(by: type) : [:]
        let read = recording.members.map { member in
            let note = notes[member.name] ?? MemberNote.common[member.name]
            var schema = note?.schema.map { member.schema.refined(to: $0) } ?? member.schema
            if written[member.name] == .null, schema != .null { schema = .nullable(schema) }
            let isRequired = role == .results ? written[member.name] != nil : member.isRequired
            return RPCObject.Member(member.name, schema, isRequired: isRequired, note: note?.text)
        }
        return read + ((type as? any MembersNoted.Type)?.membersOnlyWritten ?? [])
    }

    /// What the type writes when it has only what it must have.
    private static func membersAlwaysWritten(by type: any Decodable.Type) throws -> [String: JSONValue] {
        let value = try type.init(from: SampleDecoder(for: type, hint: nil, isSparse: true))
        guard let value = value as? any Encodable else {
            throw Failure(description: "\(name(of: type)) cannot be written")
        }
        return try RPCCoding.decode([String: JSONValue].self, from: RPCCoding.encode(value))
    }

    /// Without its module: `DebugSnapshot.Peer`.
    private static func name(of type: any Decodable.Type) -> String {
        String(reflecting: type).split(separator: ".").dropFirst().joined(separator: ".")
    }

    static func schema(ofScalar type: any Decodable.Type) -> RPCSchema? {
        switch type {
        case is Bool.Type: return .boolean
        case is String.Type: return .text
        case is Double.Type, is Float.Type: return .number
        case let integer as any FixedWidthInteger.Type:
            // The largest numbers are left out: they say nothing, and many a reader cannot hold them.
            let isSmall = integer.bitWidth <= 32
            return .integer(
                minimum: integer.isSigned && !isSmall ? nil : Int64(clampingMinimumOf: integer),
                maximum: isSmall ? Int64(clampingMaximumOf: integer) : nil)
        default: return nil
        }
    }

    /// The texts of a closed enumeration.
    static func words(of type: any Decodable.Type) -> [String]? {
        guard let type = type as? any CaseIterable.Type else { return nil }
        return rawTexts(type)
    }

    private static func rawTexts<Word: CaseIterable>(_ type: Word.Type) -> [String]? {
        let texts = type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawText }
        return texts.isEmpty ? nil : texts
    }
}

extension RawRepresentable {
    fileprivate var rawText: String? { rawValue as? String }
}

extension Int64 {
    fileprivate init(clampingMinimumOf type: any FixedWidthInteger.Type) {
        func least<Integer: FixedWidthInteger>(_: Integer.Type) -> Int64 { Int64(clamping: Integer.min) }
        self = least(type)
    }

    fileprivate init(clampingMaximumOf type: any FixedWidthInteger.Type) {
        func greatest<Integer: FixedWidthInteger>(_: Integer.Type) -> Int64 { Int64(clamping: Integer.max) }
        self = greatest(type)
    }
}

extension RPCSchema {
    /// A note refines what stands inside of lists and maps.
    fileprivate func refined(to exact: RPCSchema) -> RPCSchema {
        switch (self, exact) {
        case (.list, .list), (.map, .map): exact
        case (_, .null): .null
        // A type that knows its own form knows it better.
        case (.pattern, _): self
        case (.list(let element), _): .list(element.refined(to: exact))
        case (.map(let value), _): .map(value.refined(to: exact))
        default: exact
        }
    }
}

/// Arrays, whatever they hold.
protocol ListShaped {
    static var elementType: any Decodable.Type { get }
}

extension Array: ListShaped where Element: Decodable {
    static var elementType: any Decodable.Type { Element.self }
}

/// Dictionaries with texts as keys.
protocol MapShaped {
    static var valueType: any Decodable.Type { get }
}

extension Dictionary: MapShaped where Key == String, Value: Decodable {
    static var valueType: any Decodable.Type { Value.self }
}
