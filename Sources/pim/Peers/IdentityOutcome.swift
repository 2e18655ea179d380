import PIMCore
import PIMRPC

/// What became of one identity of several.
struct IdentityOutcome: Encodable {
    struct Refusal: Encodable {
        var code: Int
        var message: String
    }

    var nodeID: NodeID
    var nodeIDShort: String
    var name: String?
    /// Whether the node was unknown before; `nil` when it was refused.
    var imported: Bool?
    var error: Refusal?

    enum CodingKeys: String, CodingKey {
        case name, imported, error
        case nodeID = "node_id"
        case nodeIDShort = "node_id_short"
    }

    init(of card: IdentityCard, _ result: ImportIdentityResult) {
        self.init(of: card)
        imported = result.imported
    }

    init(of card: IdentityCard, _ error: RPCError) {
        self.init(of: card)
        self.error = Refusal(code: error.code.rawValue, message: error.message)
    }

    private init(of card: IdentityCard) {
        nodeID = card.nodeID
        nodeIDShort = card.nodeID.shortDescription
        name = card.name
    }

    /// What it is for people: on standard error if it was refused.
    var line: String {
        let who = name.map { "\(nodeID) (\(Printable.line($0)))" } ?? nodeID.description
        if let error { return "\(who): refused by the daemon: \(Printable.line(error.message))" }
        return "\(who): \(imported == true ? "imported" : "known already")"
    }

    func tell() {
        if error == nil { Output.line(line) } else { Output.complain(line) }
    }
}
