import PIMCore
import PIMRPC

/// What one operator gives another so that nodes know each other before they meet: id, key and name.
struct IdentityCard: Codable, Equatable {
    var nodeID: NodeID
    var key: X25519PublicKey
    var name: String?

    enum CodingKeys: String, CodingKey {
        case name
        case nodeID = "node_id"
        case key = "x25519_pubkey"
    }

    /// As `pim identity` prints it.
    var lines: [String] {
        ["node_id:       \(nodeID)", "x25519_pubkey: \(key)"]
            + (name.map { ["name:          \(Printable.line($0))"] } ?? [])
    }

    /// All cards of a text: what `pim identity` printed, with or without `--json`, or `ID KEY [NAME]` lines. Empty lines
    /// and lines that begin with # are skipped.
    ///
    /// - Throws: ``CommandFailure`` that names the line.
    static func all(in text: String) throws -> [IdentityCard] {
        let start = text.first { !$0.isWhitespace }
        if start == "{" || start == "[" { return try json(text) }
        var cards: [IdentityCard] = []
        var block: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if first.hasSuffix(":") {
                let label = String(first.dropLast())
                let value = line.drop(while: \.isWhitespace).dropFirst(first.count).drop(while: \.isWhitespace)
                if block[label] != nil {
                    cards.append(try card(block, before: index + 1))
                    block = [:]
                }
                block[label] = String(value.reversed().drop(while: \.isWhitespace).reversed())
            } else {
                guard words.count >= 2 else { throw CommandFailure("line \(index + 1): an id and a key are expected") }
                cards.append(
                    try card(
                        [
                            "node_id": String(words[0]), "x25519_pubkey": String(words[1]),
                            "name": words.dropFirst(2).joined(separator: " "),
                        ], before: index + 1))
            }
        }
        if !block.isEmpty { cards.append(try card(block, before: nil)) }
        return cards
    }

    private static func json(_ text: String) throws -> [IdentityCard] {
        let bytes = Array(text.utf8)
        do {
            if let cards = try? RPCCoding.decode([IdentityCard].self, from: bytes) { return cards }
            return [try RPCCoding.decode(IdentityCard.self, from: bytes)]
        } catch let error as DecodingError {
            throw CommandFailure("this JSON is no identity: \(RPCCoding.describe(error))")
        }
    }

    private static func card(_ fields: [String: String], before line: Int?) throws -> IdentityCard {
        let place = line.map { "line \($0): " } ?? ""
        guard let id = fields["node_id"], let hex = fields["x25519_pubkey"] else {
            throw CommandFailure("\(place)node_id and x25519_pubkey are expected")
        }
        let node: NodeID
        do throws(PIMError) {
            node = try NodeID(parsing: id)
        } catch {
            throw CommandFailure("\(place)\(error.message)")
        }
        guard let key = X25519PublicKey(hex: hex) else {
            throw CommandFailure("\(place)an X25519 public key has 64 hex characters")
        }
        return IdentityCard(nodeID: node, key: key, name: fields["name"].flatMap { $0.isEmpty ? nil : $0 })
    }
}
