internal import PIMCore

/// The object a ``SampleDecoder`` hands out.
struct SampleObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let codingPath: [any CodingKey] = []
    let decoder: SampleDecoder

    var allKeys: [Key] {
        guard case .object(let members) = decoder.hint else { return [] }
        return members.keys.sorted().compactMap { Key(stringValue: $0) }
    }

    func contains(_ key: Key) -> Bool {
        decoder.recording?.noteOptional(key.stringValue)
        return !decoder.isSparse
    }

    func decodeNil(forKey key: Key) -> Bool {
        decoder.recording == nil && hint(for: key) == .null
    }

    /// Serves all the types the protocol lists one by one, too.
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder.recording?.note(key.stringValue, type, isRequired: true)
        return try sample(of: type, forKey: key)
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try decoder.recording?.note(key.stringValue, type, isRequired: false)
        if decoder.isSparse || decodeNil(forKey: key) { return nil }
        return try sample(of: type, forKey: key)
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Inner> {
        throw unsupported("a nested container")
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw unsupported("a nested container")
    }

    func superDecoder() throws -> any Decoder { throw unsupported("a super decoder") }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported("a super decoder") }

    private func sample<Value: Decodable>(of type: Value.Type, forKey key: Key) throws -> Value {
        // What is `null` in examples has a type nevertheless.
        let hint = hint(for: key).flatMap { decoder.recording != nil && $0 == .null ? nil : $0 }
        return try SampleDecoder.sample(of: type, hint: hint, isSparse: decoder.isSparse)
    }

    private func hint(for key: Key) -> JSONValue? {
        if case .object(let members) = decoder.hint, let value = members[key.stringValue] { return value }
        return (decoder.notes[key.stringValue] ?? MemberNote.common[key.stringValue])?.example
    }

    private func unsupported(_ what: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "the shape of \(what) cannot be read"))
    }
}

/// The array a ``SampleDecoder`` hands out.
struct SampleList: UnkeyedDecodingContainer {
    let codingPath: [any CodingKey] = []
    let elements: [JSONValue?]
    let isSparse: Bool
    private(set) var currentIndex = 0

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    init(elements: [JSONValue?], isSparse: Bool) {
        self.elements = elements
        self.isSparse = isSparse
    }

    func decodeNil() -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(type, .init(codingPath: [], debugDescription: "no more elements"))
        }
        defer { currentIndex += 1 }
        return try SampleDecoder.sample(of: type, hint: elements[currentIndex], isSparse: isSparse)
    }

    func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) throws -> KeyedDecodingContainer<Inner> {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no nested containers"))
    }

    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no nested containers"))
    }

    func superDecoder() throws -> any Decoder {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no super decoder"))
    }
}

/// The single value a ``SampleDecoder`` hands out.
struct SampleValue: SingleValueDecodingContainer {
    let codingPath: [any CodingKey] = []
    let decoder: SampleDecoder

    func decodeNil() -> Bool { decoder.hint == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try decoder.recording?.note(type)
        return try SampleDecoder.sample(of: type, hint: decoder.hint, isSparse: decoder.isSparse)
    }
}
