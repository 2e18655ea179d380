import NIOCore

/// Gathers the links that have something to write and flushes each once, after the reads of this turn of the loop: what
/// many frames of one read send to one link leaves in one write.
///
/// Confined to its loop.
final class FlushScheduler {
    let loop: any EventLoop
    let pool = ChunkPool()
    private var waiting: [LinkEndpoint] = []
    private var yielded: [LinkEndpoint] = []

    init(loop: any EventLoop) {
        self.loop = loop
    }

    func request(_ endpoint: LinkEndpoint, yielding: Bool) {
        guard yielding else {
            waiting.append(endpoint)
            if waiting.count == 1 { loop.assumeIsolated().execute { self.flushWaiting() } }
            return
        }
        yielded.append(endpoint)
        // The loop runs tasks until none is left before it looks at sockets again; a short delay lets it look.
        guard yielded.count == 1 else { return }
        loop.assumeIsolated().scheduleTask(in: .microseconds(20)) { self.flushYielded() }
    }

    private func flushWaiting() {
        let endpoints = waiting
        waiting.removeAll(keepingCapacity: true)
        for endpoint in endpoints { endpoint.flush() }
    }

    private func flushYielded() {
        let endpoints = yielded
        yielded.removeAll(keepingCapacity: true)
        for endpoint in endpoints { endpoint.flush() }
    }
}
