internal import PIMCore
internal import PIMRPC

/// Everything there is to say about the control socket, read off the descriptors and types of PIMRPC.
struct Contract {
    struct Method {
        var name: String
        var summary: String
        var parameters: [RPCObject.Member]
        var result: RPCSchema
        var errors: [RPCErrorDescription]
        /// Values its own types accept and write. No parameters: `null`.
        var example: (parameters: JSONValue, result: JSONValue)

        /// `peers`; of `status` the name itself.
        var namespace: String { name.split(separator: ".").first.map(String.init) ?? name }
    }

    struct Event {
        var stream: EventStream
        var summary: String
        var parameters: RPCSchema
        var example: JSONValue

        var name: String { stream.event }
    }

    let methods: [Method]
    let events: [Event]
    /// By name, those of parameters and results together.
    let objects: [String: RPCObject]

    /// - Throws: What is wrong with a type, or two types that look different and have one name.
    init(
        methods descriptions: [RPCMethodDescription] = RPC.stockMethods,
        events eventDescriptions: [RPCEventDescription] = RPC.events
    ) throws {
        let sent = SchemaCatalog(.results)
        let received = SchemaCatalog(.parameters)
        methods = try descriptions.map { method in
            Method(
                name: method.name, summary: method.summary,
                parameters: try received.members(of: method.parameters).requiredFirst,
                result: try sent.schema(of: method.result),
                errors: RPCErrorDescription.all.filter { method.errors.contains($0.code) },
                example: (try Self.example(of: method.parameters), try Self.example(of: method.result)))
        }
        events = try eventDescriptions.map { event in
            let parameters = try sent.schema(of: event.parameters)
            return Event(
                stream: event.stream, summary: event.summary,
                parameters: event.noticesGaps
                    ? .oneOf(parameters.choices + [try sent.schema(of: LaggedNotice.self)]) : parameters,
                example: try Self.example(of: event.parameters))
        }
        // What `data` of an error holds has a name too.
        _ = try sent.schema(of: ConfigProblem.self)
        objects = try sent.objects.merging(received.objects) { result, parameter in
            guard result == parameter else { throw Ambiguity() }
            return result
        }
    }

    struct Ambiguity: Error, CustomStringConvertible {
        let description = "an object of parameters and one of results have the same name and different shapes"
    }

    /// Objects that are described once and pointed at: all but those that are the result of one method only.
    var shared: Set<String> {
        var uses: [String: Int] = [:]
        for method in methods {
            if case .object(let name) = method.result {
                uses[name, default: 0] += 1
            } else {
                for name in method.result.mentions { uses[name, default: 0] += 2 }
            }
        }
        let others = events.flatMap(\.parameters.mentions) + methods.flatMap(\.parameters).flatMap(\.schema.mentions)
        let inner = objects.values.flatMap(\.members).flatMap(\.schema.mentions)
        let pointedAt = Set(others).union(inner).union(uses.filter { $0.value > 1 }.keys)
        return pointedAt.union(objects.keys.filter { uses[$0] == nil })
    }

    private static func example(of type: any (Codable & Sendable).Type) throws -> JSONValue {
        func encoded<Value: Codable>(_ type: Value.Type) throws -> JSONValue {
            try RPCCoding.decode(JSONValue.self, from: RPCCoding.encode(SchemaCatalog.example(of: type)))
        }
        return try encoded(type)
    }
}

extension [RPCObject.Member] {
    fileprivate var requiredFirst: [RPCObject.Member] { filter(\.isRequired) + filter { !$0.isRequired } }
}

extension RPCSchema {
    var choices: [RPCSchema] {
        if case .oneOf(let choices) = self { return choices }
        return [self]
    }
}
