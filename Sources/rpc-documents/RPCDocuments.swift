internal import Foundation

/// Writes `docs/rpc.md` and `docs/openrpc.json`. Argument: the directory of the package, when it is not the current one.
@main
struct RPCDocuments {
    /// Where the text stands that no type can tell.
    static let template = "Sources/rpc-documents/Template/rpc.md"

    static func main() {
        do {
            let root = URL(fileURLWithPath: CommandLine.arguments.dropFirst().first ?? ".")
            for (path, text) in try documents(in: root) {
                try Data(text.utf8).write(to: root.appendingPathComponent(path), options: .atomic)
            }
        } catch {
            FileHandle.standardError.write(Data("rpc-documents: \(error)\n".utf8))
            exit(1)
        }
    }

    /// The documents as they should be, by path.
    static func documents(in root: URL) throws -> [String: String] {
        let contract = try Contract()
        let template = try String(contentsOf: root.appendingPathComponent(template), encoding: .utf8)
        return [
            "docs/openrpc.json": try OpenRPCDocument(contract: contract).text(),
            "docs/rpc.md": try ReferenceDocument(contract: contract, template: template).text(),
        ]
    }
}
