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
            without --json, or with lines of id, key and name. A different key that is pinned already stays. Those of a FILE \
            that are refused do not keep the others out; the exit code is 4 then.
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
        var outcomes: [IdentityOutcome] = []
        do {
            try await client.withClient { client in
                for card in cards {
                    let outcome = try await Self.pin(card, with: client, isOnlyOne: cards.count == 1)
                    outcomes.append(outcome)
                    if !format.json { outcome.tell() }
                }
            }
        } catch  where format.json && !outcomes.isEmpty {
            try Output.json(outcomes)
            throw error
        }
        if format.json { try Output.json(outcomes) }
        let refused = outcomes.count { $0.error != nil }
        guard refused == 0 else {
            throw CommandFailure("\(refused) of \(cards.count) identities were refused", status: .refused)
        }
    }

    /// A refusal is an outcome like another, unless there is nothing else to go on with.
    private static func pin(
        _ card: IdentityCard, with client: ControlClient, isOnlyOne: Bool
    ) async throws -> IdentityOutcome {
        do {
            let parameters = ImportIdentityParameters(
                nodeID: card.nodeID, x25519PublicKey: card.key, friendlyName: card.name)
            return IdentityOutcome(of: card, try await client.call(RPC.importIdentity, parameters))
        } catch let error as RPCError where !isOnlyOne {
            return IdentityOutcome(of: card, error)
        }
    }

    private func cards() throws -> [IdentityCard] {
        if let key {
            let text = "node_id: \(source)\nx25519_pubkey: \(key)\n" + (name.map { "name: \($0)\n" } ?? "")
            return try IdentityCard.all(in: text)
        }
        let file =
            source == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: source)
        guard let file, let data = try SystemFailure.naming(source, { try file.read(upToCount: 4 << 20) })
        else {
            throw CommandFailure("cannot read \(source); an id is followed by its key")
        }
        return try IdentityCard.all(in: String(decoding: data, as: UTF8.self))
    }
}
