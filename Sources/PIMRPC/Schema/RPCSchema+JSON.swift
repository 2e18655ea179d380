public import PIMCore

extension RPCSchema {
    /// As JSON Schema, draft 7, with objects in `#/components/schemas`.
    public var json: JSONValue {
        switch self {
        case .anything: return .object([:])
        case .null: return Self.type("null")
        case .boolean: return Self.type("boolean")
        case .integer(let minimum, let maximum):
            var members: [String: JSONValue] = ["type": .string("integer")]
            members["minimum"] = minimum.map { .integer($0) }
            members["maximum"] = maximum.map { .integer($0) }
            return .object(members)
        case .number: return Self.type("number")
        case .text: return Self.type("string")
        case .pattern(let pattern, _): return .object(["type": .string("string"), "pattern": .string(pattern)])
        case .words(let words): return .object(["enum": .array(words.map { .string($0) })])
        case .list(let element): return .object(["type": .string("array"), "items": element.json])
        case .map(let value): return .object(["type": .string("object"), "additionalProperties": value.json])
        case .object(let name): return .object(["$ref": .string("#/components/schemas/\(name)")])
        case .oneOf(let choices): return .object(["anyOf": .array(choices.map(\.json))])
        case .nullable(.anything): return .object([:])
        case .nullable(let inner): return .object(["anyOf": .array([inner.json, Self.type("null")])])
        }
    }

    private static func type(_ name: String) -> JSONValue { .object(["type": .string(name)]) }
}

extension RPCObject {
    /// As JSON Schema. Nothing but the members named may be there: a member nobody wrote down fails validation.
    public var json: JSONValue {
        let properties = members.map { member in
            (member.name, member.schema.json.adding("description", member.note.map { .string($0) }))
        }
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        var result: [String: JSONValue] = [
            "type": .string("object"), "properties": .object(Dictionary(properties) { first, _ in first }),
            "additionalProperties": .bool(false),
        ]
        if !required.isEmpty { result["required"] = .array(required) }
        return .object(result)
    }
}

extension JSONValue {
    /// An object with one member more, unless it is absent; any other value as it is.
    public func adding(_ name: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(var members) = self, let value else { return self }
        members[name] = value
        return .object(members)
    }
}
