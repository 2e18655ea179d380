internal import PIMCore
internal import PIMRPC

/// The contract for people, Markdown. What no type can tell stands in a template; its marks are replaced by what is read
/// off the types.
struct ReferenceDocument {
    let contract: Contract
    let template: String

    /// A mark is missing in the template, or stands there twice.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func text() throws -> String {
        let parts = try [
            ("methods", methods()), ("events", events()), ("types", types()), ("errors", errors()),
            ("contents", contents()),
        ]
        return try parts.reduce(template) { text, part in
            let mark = "<!-- \(part.0) -->"
            let pieces = text.split(separator: mark, omittingEmptySubsequences: false)
            guard pieces.count == 2 else { throw Failure(description: "the template needs \(mark) once") }
            return pieces[0] + part.1 + pieces[1]
        }
    }

    private var namespaces: [(name: String, methods: [Contract.Method])] {
        Dictionary(grouping: contract.methods, by: \.namespace).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func contents() -> String {
        table(
            ["namespace", "methods"],
            namespaces.map { namespace in
                let links = namespace.methods.map { "[\($0.name)](#\(RPCSchema.anchor($0.name)))" }
                return ["`\(namespace.name)`", links.joined(separator: ", ")]
            })
    }

    private func methods() throws -> String {
        try namespaces.map { namespace in
            let sections = try namespace.methods.map(section)
            return "## Methods: \(namespace.name)\n\n" + sections.joined(separator: "\n\n")
        }.joined(separator: "\n\n")
    }

    private func section(_ method: Contract.Method) throws -> String {
        var parts = ["### \(method.name)", method.summary]
        parts.append(
            method.parameters.isEmpty
                ? "Parameters: none; whatever is sent is ignored."
                : table(
                    ["parameter", "type", "", ""],
                    method.parameters.map { member in
                        [
                            "`\(member.name)`", member.schema.text, member.isRequired ? "required" : "",
                            member.note ?? "",
                        ]
                    }))
        parts += result(of: method)
        if !method.errors.isEmpty {
            parts.append(
                "Errors: "
                    + method.errors.map { "[\($0.code.rawValue)](#errors) \($0.name)" }.joined(separator: ", ") + ".")
        }
        parts.append(try example(of: method))
        return parts.joined(separator: "\n\n")
    }

    private func result(of method: Contract.Method) -> [String] {
        if case .object(let name) = method.result, !contract.shared.contains(name), let object = contract.objects[name]
        {
            return [members(of: object, heading: "result")]
        }
        return ["Result: \(method.result.text)."]
    }

    private func example(of method: Contract.Method) throws -> String {
        var request: [String: JSONValue] = [
            "jsonrpc": .string("2.0"), "id": .integer(7), "method": .string(method.name),
        ]
        if method.example.parameters != .null { request["params"] = method.example.parameters }
        let answer: [String: JSONValue] = [
            "jsonrpc": .string("2.0"), "id": .integer(7), "result": method.example.result,
        ]
        return "```\n> \(try line(request))\n< \(try line(answer))\n```"
    }

    private func line(_ members: [String: JSONValue]) throws -> String {
        String(decoding: try RPCCoding.encode(JSONValue.object(members)), as: UTF8.self)
    }

    private func events() throws -> String {
        try contract.events.map { event in
            let reach =
                event.stream.reachesEveryConnection
                ? "Goes to every connection after `rpc.hello`, subscribed or not."
                : "Goes to connections that called `\(event.stream.subscribe.name)`."
            let notice: [String: JSONValue] = [
                "jsonrpc": .string("2.0"), "method": .string(event.name), "params": event.example,
            ]
            return """
                ### \(event.name)

                \(event.summary) \(reach)

                Parameters: \(event.parameters.text).

                ```
                < \(try line(notice))
                ```
                """
        }.joined(separator: "\n\n")
    }

    private func types() -> String {
        contract.shared.sorted().compactMap { name in
            contract.objects[name].map { "### \(name)\n\n" + members(of: $0, heading: "member") }
        }.joined(separator: "\n\n")
    }

    private func members(of object: RPCObject, heading: String) -> String {
        table(
            [heading, "type", ""],
            object.members.map { member in
                [
                    "`\(member.name)`", member.schema.text + (member.isRequired ? "" : ", may be left out"),
                    member.note ?? "",
                ]
            })
    }

    private func errors() -> String {
        table(
            ["code", "name", "meaning"],
            RPCErrorDescription.all.map { ["\($0.code.rawValue)", $0.name, $0.meaning] })
    }

    private func table(_ headings: [String], _ rows: [[String]]) -> String {
        func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
        let rule = "|" + headings.map { _ in "---|" }.joined()
        return ([row(headings), rule] + rows.map(row)).joined(separator: "\n")
    }
}
