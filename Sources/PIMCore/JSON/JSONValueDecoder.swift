/// Reads a type from a value that is known already, and says with a ``JSONMisfit`` what does not fit.
struct JSONValueDecoder: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func decode<Value: Decodable>(
        _ type: Value.Type, _ value: JSONValue, at path: [any CodingKey]
    ) throws -> Value {
        if let scalar = try scalar(type, value, path) as? Value { return scalar }
        do {
            return try Value(from: JSONValueDecoder(value: value, codingPath: path))
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.count == path.count {
            guard let word = refusedWord(value, type) else { throw DecodingError.dataCorrupted(context) }
            throw JSONMisfit(path, word)
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw JSONMisfit(codingPath, "is not an object") }
        return KeyedDecodingContainer(JSONValueObject(members: members, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw JSONMisfit(codingPath, "is not an array") }
        return JSONValueList(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        JSONValueScalar(value: value, codingPath: codingPath)
    }

    // MARK: Scalars

    /// `nil` of a type that is none.
    private static func scalar(_ type: Any.Type, _ value: JSONValue, _ path: [any CodingKey]) throws -> Any? {
        switch (type, value) {
        case (is JSONValue.Type, _): value
        case (is Bool.Type, .bool(let value)): value
        case (is Bool.Type, _): throw JSONMisfit(path, "is neither true nor false")
        case (is String.Type, .string(let value)): value
        case (is String.Type, _): throw JSONMisfit(path, "is not a text")
        case (is Double.Type, .number(let value)): value
        case (is Double.Type, .integer(let value)): Double(value)
        case (is Float.Type, .number(let value)): Float(value)
        case (is Float.Type, .integer(let value)): Float(value)
        case (is Double.Type, _), (is Float.Type, _): throw JSONMisfit(path, "is not a number")
        case (let integer as any FixedWidthInteger.Type, _): try whole(integer, value, path)
        default: nil
        }
    }

    private static func whole<Integer: FixedWidthInteger>(
        _ type: Integer.Type, _ value: JSONValue, _ path: [any CodingKey]
    ) throws -> Integer {
        let number: Integer? =
            switch value {
            case .integer(let value): Integer(exactly: value)
            case .number(let value): Integer(exactly: value)
            default: nil
            }
        if let number { return number }
        throw JSONMisfit(path, "is not a whole number from \(Integer.min) to \(Integer.max)")
    }

    // MARK: Words

    /// What is said of a value that is none of a type's; `nil` unless the type consists of such values.
    private static func refusedWord(_ value: JSONValue, _ type: any Decodable.Type) -> String? {
        let known: [String]
        switch type {
        case let type as any (CaseIterable & RawRepresentable).Type: known = words(type)
        case is any RawRepresentable.Type: known = []
        default: return nil
        }
        let shown: String
        switch value {
        case .string(let text): shown = String(text.prefix(40))
        case .integer(let number): shown = "\(number)"
        default: return nil
        }
        return "cannot be “\(shown)”" + (known.isEmpty ? "" : "; it is one of \(known.joined(separator: ", "))")
    }

    private static func words<Word: CaseIterable & RawRepresentable>(_ type: Word.Type) -> [String] {
        type.allCases.map { "\($0.rawValue)" }
    }
}
