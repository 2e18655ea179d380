internal import PIMRPC

/// The body of a `messaging.msg` payload (`spec/messaging.md` §3.2).
///
/// Identifier and time travel in clear and are not covered by the box.
struct MessageBody: Hashable, Sendable {
    /// Identifier and time.
    static let headerSize = 24
    /// What sealing adds to a plaintext (`spec/messaging.md` §15).
    static let sealOverhead = 60
    /// A body whose text is as long as a sender may make it; longer ones are not looked at.
    static let maximumSize = headerSize + sealOverhead + SendMessageParameters.maximumBodySize

    var id: MessageID
    /// The sender's clock in milliseconds since 1970. Values from 2⁶³ on the wire read as negative ones
    /// (`spec/messaging.md` §2).
    var timestampMilliseconds: Int64
    /// The text, sealed for the receiver.
    var box: [UInt8]

    init(id: MessageID, timestampMilliseconds: Int64, box: [UInt8]) {
        self.id = id
        self.timestampMilliseconds = timestampMilliseconds
        self.box = box
    }

    init(decoding body: [UInt8]) throws(MessagingWireError) {
        guard body.count >= Self.headerSize, let id = MessageID(body.prefix(MessageID.byteCount)) else {
            throw .tooShort(body.count)
        }
        let time = body[MessageID.byteCount..<Self.headerSize].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(
            id: id, timestampMilliseconds: Int64(bitPattern: time), box: Array(body.dropFirst(Self.headerSize)))
    }

    func encode() -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(Self.headerSize + box.count)
        body += id.bytes
        let time = UInt64(bitPattern: timestampMilliseconds)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            body.append(UInt8(truncatingIfNeeded: time >> shift))
        }
        body += box
        return body
    }
}
