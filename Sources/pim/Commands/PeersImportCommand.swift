import ArgumentParser
import Foundation
import PIMClient
import PIMCore
import PIMRPC

struct PeersImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Pin the keys of nodes, obtained from their operators.",
        discussion: """
            Either an id and a key, or a FILE (- for standard input) with what “pim identity” prints on those nodes, with or \
            without --json, or with lines of id, key and name. A different key that is pinned already stays.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var format: FormatOptions
    @Option(help: "What the node calls itself.")
    var name: String?
    @Argument(help: "A file or -; or a node id.", completion: .file())
    var source: String
    @Argument(help: "The node's X25519 public key, 64 hex digits.")
    var key: String?

    func validate() throws {
        if key == nil, name != nil { throw ValidationError("--name belongs to an id and a key.") }
    }

    func run() async throws {
        let cards = try cards()
        guard !cards.isEmpty else { throw CommandFailure("there is no identity in \(source)") }
        let results = try await client.withClient { client in
            var results: [ImportIdentityResult] = []
            for card in cards {
                results.append(
                    try await client.call(
                        RPC.importIdentity,
                        ImportIdentityParameters(
                            nodeID: card.nodeID, x25519PublicKey: card.key, friendlyName: card.name)))
            }
            return results
        }
        if format.json { return try Output.json(results) }
        for (card, result) in zip(cards, results) {
            let name = card.name.map { " (\(Printable.line($0)))" } ?? ""
            Output.line("\(result.nodeID)\(name): \(result.imported ? "imported" : "known already")")
        }
    }

    private func cards() throws -> [IdentityCard] {
        if let key {
            let text = "node_id: \(source)\nx25519_pubkey: \(key)\n" + (name.map { "name: \($0)\n" } ?? "")
            return try IdentityCard.all(in: text)
        }
        let file =
            source == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: source)
        guard let file, let data = try file.read(upToCount: 4 << 20) else {
            throw CommandFailure("cannot read \(source); an id is followed by its key")
        }
        return try IdentityCard.all(in: String(decoding: data, as: UTF8.self))
    }
}
