internal import PIMCore
internal import PIMRPC

/// The contract in the form of OpenRPC 1.3.2, for machines. Notifications, which that form has no place for, stand under
/// `x-notifications`.
struct OpenRPCDocument {
    let contract: Contract

    /// Sorted keys and a newline at the end, so that it is the same text every time.
    func text() throws -> String { try RPCCoding.encodeForPeople(json) + "\n" }

    var json: JSONValue {
        .object([
            "openrpc": .string("1.3.2"),
            "info": .object([
                "title": .string("PIM daemon, control socket"),
                "version": .string("\(RPC.version).0.0"),
                "description": .string("JSON-RPC 2.0 over a Unix domain socket, one value a line. See rpc.md."),
            ]),
            "servers": .array([
                .object(["name": .string("control socket"), "url": .string("unix:///run/pim/pim.sock")])
            ]),
            "methods": .array(contract.methods.map(method)),
            "components": .object([
                "schemas": .object(contract.objects.mapValues(\.json)),
                "errors": .object(
                    Dictionary(RPCErrorDescription.all.map { ($0.name, error($0)) }) { first, _ in first }),
            ]),
            "x-errors-of-every-method": .array(
                RPCErrorDescription.all.filter { RPCErrorDescription.ofEveryMethod.contains($0.code) }.map(error)),
            "x-notifications": .array(contract.events.map(event)),
        ])
    }

    private func method(_ method: Contract.Method) -> JSONValue {
        .object([
            "name": .string(method.name),
            "summary": .string(method.summary),
            "tags": .array([.object(["name": .string(method.namespace)])]),
            "paramStructure": .string("by-name"),
            "params": .array(method.parameters.map(parameter)),
            "result": .object(["name": .string("result"), "schema": method.result.json]),
            "errors": .array(method.errors.map(error)),
            "examples": .array([example(of: method)]),
        ])
    }

    private func parameter(_ member: RPCObject.Member) -> JSONValue {
        .object([
            "name": .string(member.name), "required": .bool(member.isRequired), "schema": member.schema.json,
        ]).adding("description", member.note.map { .string($0) })
    }

    private func example(of method: Contract.Method) -> JSONValue {
        var values: [JSONValue] = []
        if case .object(let members) = method.example.parameters {
            // In the order of `params`, as OpenRPC wants it.
            values = method.parameters.compactMap { parameter in
                members[parameter.name].map { .object(["name": .string(parameter.name), "value": $0]) }
            }
        }
        return .object([
            "name": .string(method.name), "params": .array(values),
            "result": .object(["name": .string("result"), "value": method.example.result]),
        ])
    }

    /// In full wherever it stands: many readers of OpenRPC follow no references here.
    private func error(_ error: RPCErrorDescription) -> JSONValue {
        .object(["code": .integer(Int64(error.code.rawValue)), "message": .string(error.meaning)])
    }

    private func event(_ event: Contract.Event) -> JSONValue {
        .object([
            "name": .string(event.name),
            "summary": .string(event.summary),
            "subscribe": .string(event.stream.subscribe.name),
            "reachesEveryConnection": .bool(event.stream.reachesEveryConnection),
            "params": event.parameters.json,
            "examples": .array([event.example]),
        ])
    }
}
