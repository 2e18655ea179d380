import NIOCore
import PIMCrypto
import PIMWire

/// What a link has yet to write: two lanes, the control lane first.
struct OutboundQueue {
    private var control: OutboundLane
    private var data: OutboundLane
    private let pool: ChunkPool?
    /// Whether a frame was refused since the last notice.
    private var hasRefused = false

    init(configuration: LinkConfiguration, pool: ChunkPool?) {
        control = OutboundLane(capacity: configuration.controlCapacity)
        data = OutboundLane(capacity: configuration.dataCapacity)
        self.pool = pool
    }

    var bytes: Int { control.bytes + data.bytes }

    /// Encodes a frame at the end of its lane; `false` when the lane is full.
    mutating func append(_ frame: OutboundFrame, lane: Lane) -> Bool {
        let size = WireLimits.streamPrefix + WireLimits.transportOverhead + frame.payloadLength
        let isTaken =
            switch lane {
            case .control: control.append(size: size, pool: pool) { FrameLayout.write(frame, to: $0) }
            case .data: data.append(size: size, pool: pool) { FrameLayout.write(frame, to: $0) }
            }
        if !isTaken { hasRefused = true }
        return isTaken
    }

    /// The next buffer to write, with its Data frames sealed.
    mutating func next(sealedWith sessions: LinkSessions) throws(CryptoError) -> ByteBuffer? {
        guard let (waiting, isSealed) = control.popFirst() ?? data.popFirst() else { return nil }
        var chunk = waiting
        if !isSealed { try FrameLayout.seal(&chunk, with: sessions) }
        return chunk
    }

    /// Seals what the control lane holds, before the session changes.
    mutating func sealControlLane(with sessions: LinkSessions) throws(CryptoError) {
        try control.sealAll { (chunk: inout ByteBuffer) throws(CryptoError) in
            try FrameLayout.seal(&chunk, with: sessions)
        }
    }

    mutating func takeWritableNotice() -> Bool {
        guard hasRefused, control.isBelowLowWaterMark, data.isBelowLowWaterMark else { return false }
        hasRefused = false
        return true
    }

    mutating func discard() {
        control.discard()
        data.discard()
    }
}
