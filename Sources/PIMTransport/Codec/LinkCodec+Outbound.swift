public import NIOCore
public import PIMCore
public import PIMCrypto
import PIMWire

extension LinkCodec {
    /// The bytes a dialer sends first: its own NodeId, raw (`spec/wire.md` §2).
    public mutating func preamble(own: NodeID) -> ByteBuffer {
        counters.bytesSent &+= UInt64(NodeID.byteCount)
        return ByteBuffer(bytes: own.bytes)
    }

    /// Bytes of frames that wait.
    public var queuedBytes: Int { outbound.bytes }

    /// Takes a frame into a lane. `.closed` means it can never be sent on this link as it is.
    ///
    /// - Parameter ingress: The link a relayed frame came in on; `nil` for one of this node.
    public mutating func enqueue(_ frame: OutboundFrame, lane: Lane, from ingress: LinkID? = nil) -> LinkSendResult {
        guard frame.isEncodable, sessions.isInstalled || !frame.isSealed else { return .closed }
        guard outbound.append(frame, lane: lane, from: ingress) else {
            counters.framesCongested &+= 1
            return .congested
        }
        counters.framesSent &+= 1
        return .queued
    }

    mutating func limitBacklog(to bytes: Int) {
        outbound.limitBacklog(to: bytes)
    }

    var frameLimit: Int { outbound.frameLimit }

    func hasRoom(for bytes: Int, header: MeshHeader, flow: UInt64) -> Bool {
        outbound.hasRoom(for: bytes, header: header, flow: flow)
    }

    /// The next bytes to write, whole messages, sealed: the control lane's first. `nil` when nothing waits. What is
    /// returned has to be written before anything that is returned later.
    ///
    /// - Throws: When the session is used up or the cipher failed; the owner closes the link without writing more.
    public mutating func nextChunk() throws(CryptoError) -> ByteBuffer? {
        guard let chunk = try outbound.next(sealedWith: sessions) else { return nil }
        counters.bytesSent &+= UInt64(chunk.readableBytes)
        return chunk
    }

    /// Whether a frame was refused as congested and the queue has since fallen below its low-water mark. Says so once.
    public mutating func takeWritableNotice() -> Bool {
        outbound.takeWritableNotice()
    }

    /// Whether `nextChunk` returns something now: what waits for the pace of a reference neighbour is not ready.
    public var isReady: Bool { outbound.isReady }

    /// Whether `refill` is to be called every `SendPace.interval`.
    public var needsRefill: Bool { outbound.needsRefill }

    public mutating func refill() {
        outbound.refill()
    }

    /// How many frames were dropped since the last call because others needed their room.
    mutating func takeShed() -> Int {
        let shed = outbound.takeShed()
        counters.framesShed &+= UInt64(shed)
        return shed
    }

    /// Nothing is sent any more; what `nextChunk` still returns is the end.
    public mutating func close() {
        outbound.close()
    }

    /// Forgets everything that waits.
    public mutating func discardOutbound() {
        outbound.discard()
    }
}
