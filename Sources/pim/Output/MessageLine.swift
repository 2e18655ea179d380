import PIMRPC

/// A message as one line or, if its text has several, as a block.
enum MessageLine {
    /// `name` stands for the peer.
    static func text(of message: MessageRecord, name: String? = nil) -> String {
        let peer = name.map(Printable.line) ?? message.peerNodeID.shortDescription
        let direction = message.direction == .sent ? "to \(peer)" : "from \(peer)"
        var status = ""
        if message.direction == .sent {
            let reason = message.failureReason.map { ": \(Printable.line($0.rawValue))" } ?? ""
            status = "  [\(message.status.rawValue)\(reason)]"
        }
        let body = Printable.block(message.body)
        let separator = body.contains("\n") ? "\n" : "  "
        let time = Printable.localTime(milliseconds: message.timestampMilliseconds)
        return "\(time)  \(direction)\(status)\(separator)\(body)"
    }
}
