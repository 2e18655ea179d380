import PIMCore
import PIMRPC

extension PeerKeystore {
    /// The peers a text may mean, by NodeID. The first of these that fits anybody counts: the name, letter by letter; the
    /// short form of the NodeID; its beginning, of at least four digits.
    ///
    /// The directory is locked only to take hold of its rows, never while they are searched.
    ///
    /// - Parameter limit: How many at most; the smallest NodeIDs stay.
    func find(_ text: String, limit: Int) -> [(peer: NodeID, record: PeerRecord)] {
        guard !text.isEmpty, limit > 0 else { return [] }
        let beginning = NodeID.range(beginningWith: text)
        let shortForm = text.utf8.count == 18 ? text.lowercased() : nil
        var named: [NodeID] = []
        var shortened: [NodeID] = []
        var begun: [NodeID] = []
        let rows = allRecords()
        for (peer, record) in rows {
            if record.name == text {
                named.append(peer)
            } else if let shortForm, peer.shortDescription == shortForm {
                shortened.append(peer)
            } else if beginning?.contains(peer) == true {
                begun.append(peer)
            }
        }
        let fitting = [named, shortened, begun].first { !$0.isEmpty } ?? []
        return fitting.sorted().prefix(limit).compactMap { peer in rows[peer].map { (peer, $0) } }
    }
}

extension NodeID {
    /// All that begin with these hex digits of either case; `nil` for fewer digits than are looked for, and for other texts.
    fileprivate static func range(beginningWith text: String) -> ClosedRange<NodeID>? {
        let missing = 2 * byteCount - text.utf8.count
        guard text.utf8.count >= FindPeersParameters.minimumPrefix, missing >= 0,
            let first = try? NodeID(parsing: text + String(repeating: "0", count: missing)),
            let last = try? NodeID(parsing: text + String(repeating: "f", count: missing))
        else { return nil }
        return first...last
    }
}
