import PIMCore
import PIMRPC

/// What came of a series of pings.
struct PingSummary {
    /// What `--json` prints.
    struct Document: Encodable {
        var node: NodeID
        var name: String?
        var sent: Int
        var received: Int
        var minimum: Double?
        var average: Double?
        var maximum: Double?
        var replies: [PingResult]

        enum CodingKeys: String, CodingKey {
            case name, sent, received, replies
            case node = "node_id"
            case minimum = "min_ms"
            case average = "avg_ms"
            case maximum = "max_ms"
        }
    }

    let node: NodeID
    private(set) var sent = 0
    private(set) var replies: [PingResult] = []

    init(of node: NodeID) {
        self.node = node
    }

    /// `nil` for one that was not answered.
    mutating func add(_ reply: PingResult?) {
        sent += 1
        if let reply { replies.append(reply) }
    }

    private var times: [Double] { replies.map(\.roundTripMilliseconds) }
    private var average: Double? { times.isEmpty ? nil : times.reduce(0, +) / Double(times.count) }

    static func line(_ reply: PingResult, number: Int) -> String {
        let name = reply.name.map { "\(Printable.line($0)) (\(reply.nodeID.shortDescription))" }
        let way = reply.via.flatMap { $0 == reply.nodeID ? nil : " via \($0.shortDescription)" } ?? ""
        let hops = reply.hops == 1 ? "1 hop" : "\(reply.hops) hops"
        let size = reply.size == 1 ? "1 byte" : "\(reply.size) bytes"
        return "\(size) from \(name ?? reply.nodeID.shortDescription): seq=\(number) \(hops)\(way) "
            + "time=\(milliseconds(reply.roundTripMilliseconds)) ms"
    }

    var lines: [String] {
        let loss = sent == 0 ? 0 : (sent - replies.count) * 100 / sent
        var lines = [
            "--- \(node.shortDescription)", "\(sent) sent, \(replies.count) answered, \(loss)% lost",
        ]
        if let least = times.min(), let most = times.max(), let average {
            lines.append("min/avg/max = \([least, average, most].map(Self.milliseconds).joined(separator: "/")) ms")
        }
        return lines
    }

    var document: Document {
        Document(
            node: node, name: replies.last?.name, sent: sent, received: replies.count, minimum: times.min(),
            average: average, maximum: times.max(), replies: replies)
    }

    /// Three digits that matter, roughly: `0.42`, `12.3`, `134`.
    static func milliseconds(_ value: Double) -> String {
        let digits: Double = value < 10 ? 100 : value < 100 ? 10 : 1
        let rounded = (value * digits).rounded() / digits
        return digits == 1 ? Int64(exactly: rounded).map { String($0) } ?? String(value) : String(rounded)
    }
}
