import PIMCore

/// Where a peer listens, as people write it: `host:port`, `[IPv6]:port`, or without a port, which means 9100.
struct PeerAddress: Equatable {
    static let defaultPort = PIMConfiguration.Transport().listenPort

    /// `host:port`, an IPv6 address in brackets.
    let text: String

    /// `nil` for what is no address. A bare word is none: it may be the name of a node.
    init?(_ text: String, allowingWords: Bool = false) {
        guard !text.isEmpty, !text.contains(where: { $0.isWhitespace || $0.isNewline }) else { return nil }
        if IPv6Address(text) != nil {
            self.text = "[\(text)]:\(Self.defaultPort)"
            return
        }
        let colon = text.lastIndex(of: ":")
        if let colon, !text.hasSuffix("]") {
            let port = text[text.index(after: colon)...]
            guard let number = UInt16(port), number > 0, colon > text.startIndex else { return nil }
            self.text = text
            return
        }
        let isWhole = text.hasPrefix("[") ? text.hasSuffix("]") : colon == nil
        guard isWhole, text.hasPrefix("[") || text.contains(".") || allowingWords else { return nil }
        self.text = "\(text):\(Self.defaultPort)"
    }

    /// The name of its entry in the configuration (`spec/rpc.md` §5.2).
    var entryID: String { "entry-tcp-\(text)" }
}
