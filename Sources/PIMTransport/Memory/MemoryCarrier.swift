import DequeModule
import NIOCore
import PIMCore

/// One end of a connection in memory: keeps what is under way to the other end, in order.
final class MemoryCarrier: LinkCarrier {
    private enum Parcel {
        case bytes(ByteBuffer)
        case end
    }

    let endpoint: LinkEndpoint
    /// The pair owns both ends.
    weak var peer: MemoryCarrier?
    var latency: Duration
    var isHeld = false {
        didSet { if !isHeld { run(.zero) { [self] in deliver() } } }
    }

    private let run: MemoryLinkPair.Schedule
    private var wire: Deque<Parcel> = []
    private var bytesUnderWay = 0
    /// Parcels at the front whose time has come.
    private var due = 0
    /// Nothing is written any more.
    private var isFinished = false
    private var hasEnded = false

    init(endpoint: LinkEndpoint, latency: Duration, schedule: @escaping MemoryLinkPair.Schedule) {
        self.endpoint = endpoint
        self.latency = latency
        run = schedule
    }

    func connect() {
        run(.zero) { [self] in if !hasEnded { endpoint.opened(over: self) } }
    }

    func sever() {
        wire = []
        due = 0
        end(.connectionFailed)
    }

    // MARK: LinkCarrier

    /// One thread, by contract of the pair; there is no loop to compare with.
    var isConfined: Bool { true }

    var isWritable: Bool { !isFinished && bytesUnderWay < MemoryLinkPair.window }

    func write(_ chunk: ByteBuffer) {
        guard !isFinished, chunk.readableBytes > 0 else { return }
        bytesUnderWay += chunk.readableBytes
        dispatch(.bytes(chunk))
    }

    /// `write` keeps nothing back.
    func flush() {}

    func requestFlush(yielding: Bool) {
        run(.zero) { [self] in endpoint.flush() }
    }

    func rest(for pause: Duration) {}

    func finish(linger: Duration) {
        guard !isFinished else { return }
        isFinished = true
        dispatch(.end)
        run(linger) { [self] in end(.connectionFailed) }
    }

    func abort() {
        if !isFinished {
            isFinished = true
            dispatch(.end)
        }
        end(.connectionFailed)
    }

    func schedule(after delay: Duration, _ work: @escaping () -> Void) -> LinkTimer {
        var isCancelled = false
        run(delay) { if !isCancelled { work() } }
        return LinkTimer { isCancelled = true }
    }

    // MARK: The wire

    private func dispatch(_ parcel: Parcel) {
        wire.append(parcel)
        run(latency) { [self] in
            due += 1
            deliver()
        }
    }

    private func deliver() {
        while due > 0, !isHeld, let parcel = wire.popFirst() {
            due -= 1
            switch parcel {
            case .bytes(let bytes):
                let wasWritable = isWritable
                bytesUnderWay -= bytes.readableBytes
                if !wasWritable, isWritable { endpoint.becameWritable() }
                peer?.receive(bytes)
            case .end:
                peer?.receiveEnd()
            }
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        if hasEnded {
            // What a host answers when nobody has the connection any more.
            peer?.end(.connectionFailed)
        } else {
            endpoint.received(bytes)
        }
    }

    /// The other end closed: this one closes as well, and the other end learns of it.
    private func receiveEnd() {
        guard !hasEnded else { return }
        if !isFinished {
            isFinished = true
            dispatch(.end)
        }
        end(.endedByPeer)
    }

    private func end(_ reason: LinkCloseReason) {
        guard !hasEnded else { return }
        hasEnded = true
        isFinished = true
        run(.zero) { [self] in endpoint.ended(reason) }
    }
}
