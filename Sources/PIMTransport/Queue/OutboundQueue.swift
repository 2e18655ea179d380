import NIOCore
import PIMCore
import PIMCrypto
import PIMWire

/// What a link has yet to write: the control lane first, then the data lane, then what closes.
struct OutboundQueue {
    private var control: OutboundLane
    private var data: FairLane
    private var final: OutboundLane
    private let pool: ChunkPool?
    private let seed: UInt64
    private let packetCapacity: Int
    /// Whether a frame was refused since the last notice.
    private var hasRefused = false
    private var isClosing = false
    /// Present towards a neighbour that counts frames.
    private var pace: SendPace?

    init(configuration: LinkConfiguration, pool: ChunkPool?) {
        control = OutboundLane(capacity: configuration.controlCapacity)
        data = FairLane(capacity: configuration.dataCapacity, relayCapacity: configuration.relayCapacity)
        final = OutboundLane(capacity: configuration.controlCapacity)
        self.pool = pool
        seed = configuration.flowSeed
        packetCapacity = configuration.packetCapacity
    }

    var bytes: Int { control.bytes + data.bytes + final.bytes }

    /// Whether `next` would return something now.
    var isReady: Bool { control.bytes > 0 || (data.bytes > 0 ? pace?.permits ?? true : final.bytes > 0) }

    /// Encodes a frame at the end of its lane; `false` when the lane is full.
    ///
    /// - Parameter ingress: The link a relayed frame came in on.
    mutating func append(_ frame: OutboundFrame, lane: Lane, from ingress: LinkID?) -> Bool {
        let size = WireLimits.streamPrefix + WireLimits.transportOverhead + frame.payloadLength
        let isTaken: Bool
        switch lane {
        case .control:
            isTaken = control.append(size: size, pool: pool) { FrameLayout.write(frame, to: $0) }
            if isTaken { pace?.spend() }
        case .data:
            let label = FlowLabel(frame, from: ingress, seed: seed)
            isTaken = data.append(size: size, label: label, pool: pool) { FrameLayout.write(frame, to: $0) }
        case .final:
            isTaken = final.append(size: size, pool: pool) { FrameLayout.write(frame, to: $0) }
        }
        if !isTaken { hasRefused = true }
        return isTaken
    }

    /// Bytes of the largest frame of packets; as large as there are until the link turns out to be slow.
    private(set) var frameLimit = WireLimits.meshPayload

    /// The link moves so many bytes in the time others may wait behind them.
    mutating func limitBacklog(to bytes: Int) {
        frameLimit = min(bytes, WireLimits.meshPayload)
        data.chunkLimit = min(bytes, OutboundLane.chunkBytes)
    }

    /// Whether a flow of packets between two nodes has less than its share waiting. To be asked before they are sealed.
    func hasRoom(for bytes: Int, header: MeshHeader, flow: UInt64) -> Bool {
        data.hasShare(bytes, of: FlowLabel(header, flow: flow, seed: seed), in: packetCapacity)
    }

    /// The next buffer to write, with its Data frames sealed.
    mutating func next(sealedWith sessions: LinkSessions) throws(CryptoError) -> ByteBuffer? {
        if let (waiting, isSealed) = control.popFirst() {
            var chunk = waiting
            if !isSealed { try FrameLayout.seal(&chunk, with: sessions) }
            return chunk
        }
        var chunk = popData()
        if chunk == nil, data.bytes == 0 || isClosing { chunk = final.popFirst()?.chunk }
        guard var waiting = chunk else { return nil }
        try FrameLayout.seal(&waiting, with: sessions)
        return waiting
    }

    private mutating func popData() -> ByteBuffer? {
        guard pace?.permits ?? true, let chunk = data.popFirst(pool: pool) else { return nil }
        pace?.spend()
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

    /// How many frames were dropped for others since the last call.
    mutating func takeShed() -> Int { data.takeShed() }

    // MARK: Pace

    /// The neighbour counts frames from now on.
    mutating func startPacing() {
        guard pace == nil else { return }
        pace = SendPace()
        data.isPaced = true
    }

    var needsRefill: Bool { pace?.needsRefill ?? false }

    mutating func refill() { pace?.refill() }

    /// Nothing is appended any more: what may still leave leaves, and then what closes.
    mutating func close() {
        isClosing = true
        pace?.makeAllowanceForTheEnd()
    }

    mutating func discard() {
        control.discard()
        data.discard()
        final.discard()
    }
}
