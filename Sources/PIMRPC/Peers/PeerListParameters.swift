/// Parameters of `peers.list`.
public struct PeerListParameters: Codable, Sendable, Hashable {
    /// Ours: also the nodes that are reached through others, in the state `relayed`, as `status.peers` has them; default
    /// `false`, as readers take every entry for a neighbour.
    public var includeRelayed: Bool?

    public init(includeRelayed: Bool? = nil) {
        self.includeRelayed = includeRelayed
    }

    public init(from decoder: any Decoder) throws {
        // Anything is accepted (`spec/rpc.md` §5.2).
        let container = try? decoder.container(keyedBy: CodingKeys.self)
        includeRelayed = try? container?.decodeIfPresent(Bool.self, forKey: .includeRelayed)
    }

    enum CodingKeys: String, CodingKey {
        case includeRelayed = "include_relayed"
    }
}
