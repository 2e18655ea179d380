import PIMCore
import PIMRPC

/// What does not fit a shape, each with its place; empty when everything fits.
func misfits(_ value: JSONValue, _ schema: RPCSchema, in catalog: SchemaCatalog, at path: String = "$") -> [String] {
    switch (schema, value) {
    case (.anything, _), (.null, .null), (.boolean, .bool), (.number, .number), (.number, .integer), (.text, .string),
        (.nullable, .null):
        return []
    case (.integer(let minimum, let maximum), .integer(let number)):
        return number >= minimum ?? .min && number <= maximum ?? .max ? [] : ["\(path): \(number) is out of range"]
    case (.pattern(let pattern, _), .string(let text)):
        let isWhole = (try? Regex(pattern).wholeMatch(in: text)) != nil
        return isWhole ? [] : ["\(path): “\(text)” is no \(pattern)"]
    case (.words(let words), .string(let text)):
        return words.contains(text) ? [] : ["\(path): “\(text)” is not one of \(words)"]
    case (.list(let element), .array(let values)):
        return values.enumerated().flatMap { misfits($1, element, in: catalog, at: "\(path)[\($0)]") }
    case (.map(let inner), .object(let members)):
        return members.flatMap { misfits($1, inner, in: catalog, at: "\(path).\($0)") }
    case (.object(let name), .object(let members)):
        guard let object = catalog.objects[name] else { return ["\(path): \(name) is not described"] }
        return misfits(members, object, in: catalog, at: path)
    case (.oneOf(let choices), _):
        let found = choices.map { misfits(value, $0, in: catalog, at: path) }
        return found.contains([]) ? [] : found.flatMap(\.self)
    case (.nullable(let inner), _): return misfits(value, inner, in: catalog, at: path)
    default: return ["\(path): \(value) is not \(schema)"]
    }
}

private func misfits(
    _ members: [String: JSONValue], _ object: RPCObject, in catalog: SchemaCatalog, at path: String
) -> [String] {
    let known = object.members.flatMap { member -> [String] in
        guard let value = members[member.name] else {
            return member.isRequired ? ["\(path).\(member.name) is missing"] : []
        }
        return misfits(value, member.schema, in: catalog, at: "\(path).\(member.name)")
    }
    let names = Set(object.members.map(\.name))
    return known + members.keys.filter { !names.contains($0) }.map { "\(path).\($0) is not described" }
}
