internal import PIMRPC

/// The body of a `messaging.ack` payload (`spec/messaging.md` §3.3): in clear, without time and signature.
struct ReceiptBody: Hashable, Sendable {
    static let size = 17

    var id: MessageID
    var kind: ReceiptKind

    init(id: MessageID, kind: ReceiptKind) {
        self.id = id
        self.kind = kind
    }

    /// Bytes behind the layout are ignored.
    init(decoding body: [UInt8]) throws(MessagingWireError) {
        guard body.count >= Self.size, let id = MessageID(body.prefix(MessageID.byteCount)) else {
            throw .tooShort(body.count)
        }
        let code = body[MessageID.byteCount]
        guard let kind = ReceiptKind(rawValue: code) else { throw .unknownReceiptKind(code) }
        self.init(id: id, kind: kind)
    }

    func encode() -> [UInt8] { id.bytes + [kind.rawValue] }
}

/// What a receipt says about a message.
enum ReceiptKind: UInt8, Sendable {
    /// It is stored at the receiver.
    case delivered = 1
    /// Somebody read it.
    case read = 2
}
