import Foundation
import PIMCore
import PIMRPC
import Testing

@testable import rpc_documents

@Suite("Documents of the control socket")
struct RPCDocumentsTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func theDocumentsSayWhatTheTypesSay() throws {
        for (path, expected) in try RPCDocuments.documents(in: Self.root) {
            let present = try? String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
            #expect(present == expected, "\(path) is out of date: run `make docs-rpc` and commit what it writes")
        }
    }

    @Test func theyAreTheSameEveryTime() throws {
        #expect(try RPCDocuments.documents(in: Self.root) == RPCDocuments.documents(in: Self.root))
    }

    @Test func everyMethodAndEventIsThere() throws {
        let contract = try Contract()
        #expect(contract.methods.map(\.name) == RPC.stockMethods.map(\.name))
        #expect(Set(contract.methods.map(\.name)).count == contract.methods.count)
        #expect(contract.events.map(\.name) == RPC.events.map(\.name))
    }

    @Test func everyMemberHasALine() throws {
        let contract = try Contract()
        let parameters = contract.methods.flatMap { method in
            method.parameters.filter { $0.note == nil }.map { "\(method.name) \($0.name)" }
        }
        let members = contract.objects.flatMap { name, object in
            object.members.filter { $0.note == nil }.map { "\(name).\($0.name)" }
        }
        #expect(parameters + members == [])
    }

    @Test func noNoteIsAboutAMemberThatIsNotThere() throws {
        let catalog = SchemaCatalog(.results)
        let types = RPC.stockMethods.flatMap { [$0.parameters, $0.result] } + RPC.events.map(\.parameters)
        for type in types {
            guard let noted = type as? any MembersNoted.Type, !(type is MessageEvent.Type) else { continue }
            let names = Set(try catalog.members(of: type).map(\.name))
            #expect(Set(noted.memberNotes.keys).subtracting(names) == [], "\(type)")
        }
    }

    @Test func whatIsPointedAtIsThere() throws {
        let contract = try Contract()
        let mentioned =
            contract.objects.values.flatMap(\.members).flatMap(\.schema.mentions)
            + contract.methods.flatMap { $0.result.mentions + $0.parameters.flatMap(\.schema.mentions) }
            + contract.events.flatMap(\.parameters.mentions)
        #expect(Set(mentioned).subtracting(contract.objects.keys) == [])
    }

    @Test func aTemplateWithoutAMarkIsRefused() throws {
        let document = ReferenceDocument(contract: try Contract(methods: [], events: []), template: "<!-- methods -->")
        #expect(throws: ReferenceDocument.Failure.self) { try document.text() }
    }

    @Test func theOpenRPCDocumentHasItsParts() throws {
        let json = try OpenRPCDocument(contract: Contract()).json
        guard case .object(let members) = json, case .array(let methods)? = members["methods"] else {
            Issue.record("no methods")
            return
        }
        #expect(members["openrpc"] == .string("1.3.2"))
        for case .object(let method) in methods {
            #expect(method["paramStructure"] == .string("by-name"))
            #expect(method["result"] != nil)
            guard case .array(let parameters)? = method["params"] else {
                Issue.record("no params")
                continue
            }
            for case .object(let parameter) in parameters {
                #expect(parameter["name"] != nil && parameter["schema"] != nil)
            }
        }
    }
}
