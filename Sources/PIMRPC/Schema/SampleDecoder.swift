internal import PIMCore

/// A decoder that has something for every question, and writes the questions down if it is given a ``SchemaRecording``.
struct SampleDecoder: Decoder {
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    /// What to answer with, if it fits.
    let hint: JSONValue?
    /// Examples of members that `hint` does not name.
    let notes: [String: MemberNote]
    /// Answers that nothing optional is there.
    let isSparse: Bool
    let recording: SchemaRecording?

    init(
        for type: any Decodable.Type, hint: JSONValue?, isSparse: Bool = false, recording: SchemaRecording? = nil
    ) {
        notes = (type as? any MembersNoted.Type)?.memberNotes ?? [:]
        self.hint = hint ?? (type as? any SchemaDescribing.Type)?.schemaExample ?? Self.firstWord(of: type)
        self.isSparse = isSparse
        self.recording = recording
    }

    /// A value of any type that can be decoded.
    static func sample<Value: Decodable>(of type: Value.Type, hint: JSONValue?, isSparse: Bool = false) throws -> Value
    {
        if SchemaCatalog.schema(ofScalar: type) != nil { return try scalar(of: type, hint: hint) }
        return try Value(from: SampleDecoder(for: type, hint: hint, isSparse: isSparse))
    }

    private static func firstWord(of type: any Decodable.Type) -> JSONValue? {
        SchemaCatalog.words(of: type)?.first.map { .string($0) }
    }

    private static func scalar<Value>(of type: Value.Type, hint: JSONValue?) throws -> Value {
        if let value = any(of: type, hint: hint) as? Value { return value }
        throw DecodingError.typeMismatch(type, .init(codingPath: [], debugDescription: "the example does not fit"))
    }

    private static func any(of type: Any.Type, hint: JSONValue?) -> Any? {
        switch (type, hint) {
        case (is Bool.Type, .bool(let value)): value
        case (is Bool.Type, nil): true
        case (is String.Type, .string(let value)): value
        case (is String.Type, nil): "text"
        case (is Double.Type, .number(let value)): value
        case (is Double.Type, .integer(let value)): Double(value)
        case (is Double.Type, nil): 1.5
        case (let integer as any FixedWidthInteger.Type, .integer(let value)): integer.init(clamping: value)
        case (let integer as any FixedWidthInteger.Type, nil): integer.init(clamping: 1)
        default: nil
        }
    }

    func container<Key>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        recording?.noteObject()
        return KeyedDecodingContainer(SampleObject<Key>(decoder: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = hint else { return SampleList(elements: [hint], isSparse: isSparse) }
        return SampleList(elements: elements, isSparse: isSparse)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { SampleValue(decoder: self) }
}
