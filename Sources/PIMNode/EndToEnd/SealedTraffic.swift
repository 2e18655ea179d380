public import PIMCore
import PIMCrypto
public import PIMWire

/// The data plane's half of sessions between nodes: the ciphers, how payloads to each node travel, and what waits.
///
/// Decides nothing about sessions: the control plane does, by `SessionEffect`. Whoever owns it gives the control plane
/// what `takeReports()` returns after every call. Confined to the loop of the links.
public struct SealedTraffic {
    /// What a payload becomes.
    public enum Form {
        /// The payload of a mesh frame with `isControl`, and whether it is sealed.
        case frame([UInt8], isSealed: Bool)
        /// It waits here for a session.
        case waits
        /// It has no wire form, or the cipher failed.
        case impossible
    }

    /// What a sealed frame holds.
    public enum Opening {
        case payload(PluginPayload)
        /// The records of packets, a part of the frame: see `PacketRecord`.
        case packets(UnsafeMutableRawBufferPointer)
        /// A confirmation; nothing for anybody.
        case confirmation
        case dropped(MeshCounter)
    }

    private var sessions: [SessionID: EndToEndSession] = [:]
    /// Nodes that are not here are waited for.
    private var carriages: [NodeID: PayloadCarriage] = [:]
    /// What nodes proved with the session that stands with them.
    private var features: [NodeID: FeatureSet] = [:]
    private var waiting = WaitingPayloads()
    private var reports: [ControlInput] = []
    private var openedReported: [SessionID: MonotonicTime] = [:]
    private var sealedReported: [SessionID: MonotonicTime] = [:]
    private var wishes: [NodeID: MonotonicTime] = [:]
    /// Whether packets may travel as the reference sends them.
    private let allowsReferencePackets: Bool

    /// Bytes of payloads that wait for one node's session; when more come, the oldest go (`design/extensions.md` §4).
    public static let waitingBytesPerNode = 256 << 10

    private static let reportInterval = Duration.seconds(1)
    /// Wishes remembered, so that they are not told too often.
    private static let wishesRemembered = 4096

    public init(referencePeers: ReferencePolicy = .allow) {
        allowsReferencePackets = referencePeers == .allow
    }

    /// When `expire` has something to do.
    public var nextDeadline: MonotonicTime? { waiting.nextDeadline }

    public func carriage(to node: NodeID) -> PayloadCarriage { carriages[node] ?? .awaitingSession }

    /// What the control plane has to be told, in this order.
    public mutating func takeReports() -> [ControlInput] {
        guard !reports.isEmpty else { return [] }
        defer { reports = [] }
        return reports
    }

    /// Whether `takeReports` returns anything.
    public var hasReports: Bool { !reports.isEmpty }

    // MARK: From the control plane

    /// Carries out an effect.
    ///
    /// - Returns: Payloads that are to be sent now, before anything newer to the same node; and the empty frame that tells
    ///   the other node of the session, where nothing else would.
    public mutating func apply(_ effect: SessionEffect) -> (released: [OutgoingPayload], confirmation: [UInt8]?) {
        switch effect {
        case .add(let keys, let peer):
            sessions[keys.id] = EndToEndSession(keys: keys, peer: peer)
        case .features(let node, let proven):
            features[node] = proven
        case .remove(let id):
            sessions[id] = nil
            openedReported[id] = nil
            sealedReported[id] = nil
        case .establish(let id, let peer, let isInitiator):
            carriages[peer] = .sealed(id)
            wishes[peer] = nil
            let released = waiting.take(for: peer)
            guard released.isEmpty, isInitiator, let session = sessions[id] else { return (released, nil) }
            return ([], try? Self.seal(.confirmation, with: session))
        case .carry(let node, let carriage):
            carriages[node] = carriage == .awaitingSession ? nil : carriage
            // They were proven with a session: without one they say nothing.
            if carriage == .reference || carriage == .awaitingSession { features[node] = nil }
            // What was wished for before has been dealt with: the next payload that waits says so anew.
            wishes[node] = nil
            if carriage != .awaitingSession { return (waiting.take(for: node), nil) }
        }
        return ([], nil)
    }

    /// There are other ways than before: the sessions that payloads wait for are asked for once more, for where the way
    /// was lost nobody looks for them any longer.
    public mutating func waysChanged() {
        for node in waiting.nodes { reports.append(.wantsSession(node)) }
    }

    /// Drops what has waited for too long and returns it.
    public mutating func expire(at time: MonotonicTime) -> [OutgoingPayload] { waiting.expire(at: time) }

    /// Whether a payload waits for a session.
    public var isAnythingWaiting: Bool { waiting.bytes > 0 }

    // MARK: Sending

    /// Gives a payload the form in which it travels now, or keeps it; in that case older ones may have had to go.
    public mutating func form(
        of outgoing: OutgoingPayload, at time: MonotonicTime
    ) -> (form: Form, dropped: [OutgoingPayload]) {
        let node = outgoing.destination
        switch carriages[node] {
        case .sealed(let id):
            guard let session = sessions[id] else { break }
            guard let frame = try? Self.seal(.payload(outgoing.payload), with: session) else {
                return (.impossible, [])
            }
            noteSealed(session, at: time)
            return (.frame(frame, isSealed: true), [])
        case .reference where !outgoing.demandsSealing:
            wish(for: node, at: time)
            guard let frame = try? ControlFrame.pluginPayload(outgoing.payload).encode() else {
                return (.impossible, [])
            }
            return (.frame(frame, isSealed: false), [])
        case .awaitingSession, .reference, nil:
            break
        }
        wish(for: node, at: time)
        return (.waits, waiting.append(outgoing, at: time))
    }

    /// How packets to a node travel now. Asks for a session where there is none.
    public mutating func packetCarriage(to node: NodeID, at time: MonotonicTime) -> PacketCarriage {
        switch carriages[node] {
        case .sealed where features[node]?.contains(.sealedPackets) == true:
            return .sealed(takesSuperPackets: features[node]?.contains(.gsoPackets) == true)
        case .sealed: return allowsReferencePackets ? .reference : .refused
        case .reference:
            wish(for: node, at: time)
            return allowsReferencePackets ? .reference : .refused
        case .awaitingSession, nil:
            wish(for: node, at: time)
            return .waits
        }
    }

    /// Seals a frame of packets where it stands, records at offset 17 and 16 bytes behind them; `false` when there is no
    /// session or the cipher failed.
    public mutating func sealPackets(
        _ frame: UnsafeMutableRawBufferPointer, to node: NodeID, at time: MonotonicTime
    ) -> Bool {
        guard case .sealed(let id)? = carriages[node], let session = sessions[id],
            (try? session.seal(frame, as: .packets)) != nil
        else { return false }
        noteSealed(session, at: time)
        return true
    }

    private mutating func noteSealed(_ session: EndToEndSession, at time: MonotonicTime) {
        guard Self.isDue(sealedReported[session.id], at: time) else { return }
        sealedReported[session.id] = time
        reports.append(.sessionSealed(session.id, frames: session.framesSealed))
    }

    private mutating func wish(for node: NodeID, at time: MonotonicTime) {
        guard Self.isDue(wishes[node], at: time) else { return }
        if wishes.count >= Self.wishesRemembered { wishes = wishes.filter { !Self.isDue($0.value, at: time) } }
        wishes[node] = time
        reports.append(.wantsSession(node))
    }

    private static func seal(_ payload: SealedPayload, with session: EndToEndSession) throws -> [UInt8] {
        let count = WireLimits.sealedOverhead + payload.encodedCount
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let frame = UnsafeMutableRawBufferPointer(buffer)
            frame.initializeMemory(as: UInt8.self, repeating: 0)
            let plaintext = frame[WireLimits.sealedHeader..<count - WireLimits.tag]
            try payload.write(to: UnsafeMutableRawBufferPointer(rebasing: plaintext))
            try session.seal(frame, as: .payload)
            filled = count
        }
    }

    // MARK: Receiving

    /// Opens a sealed frame that was addressed to this node, in place.
    ///
    /// - Parameters:
    ///   - source: What the mesh frame says who sent it.
    ///   - link: The link it came by.
    public mutating func open(
        _ frame: UnsafeMutableRawBufferPointer, from source: NodeID, via link: LinkID, at time: MonotonicTime
    ) -> Opening {
        guard let header = try? SealedFrameHeader(decoding: UnsafeRawBufferPointer(frame)) else {
            return .dropped(.sealedMalformed)
        }
        guard let session = sessions[header.session] else {
            reports.append(.unknownSession(source: source, via: link))
            return .dropped(.sealedUnknownSession)
        }
        guard SafetyRule.sealedSource.permits(session.peer == source) else { return .dropped(.sealedForeignSource) }
        let plaintext: UnsafeMutableRawBufferPointer
        do {
            plaintext = try session.open(header, frame)
        } catch {
            return .dropped(error.code == .replayedNonce ? .sealedReplayed : .sealedUndecryptable)
        }
        if Self.isDue(openedReported[header.session], at: time) {
            openedReported[header.session] = time
            reports.append(.sessionOpened(header.session))
        }
        guard header.tag == .payload else { return .packets(plaintext) }
        switch try? SealedPayload.decode(UnsafeRawBufferPointer(plaintext)) {
        case .payload(let payload): return .payload(payload)
        case .confirmation: return .confirmation
        case nil: return .dropped(.sealedMalformed)
        }
    }

    private static func isDue(_ last: MonotonicTime?, at time: MonotonicTime) -> Bool {
        last.map { $0.advanced(by: reportInterval) <= time } ?? true
    }
}
