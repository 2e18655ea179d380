import NIOCore
import NIOPosix
import PIMCore

@testable import PIMTransport

/// A transport and its recorder on a loop, for tests of TCP alone.
struct TCPNode: Sendable {
    let recorder = Recorder()
    let transport: TCPTransport
    let loop: any EventLoop

    init(
        _ own: NodeID, loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next(),
        configuration: TCPConfiguration = TCPConfiguration(),
        resolver: (@Sendable () -> any Resolver & Sendable)? = nil
    ) {
        self.loop = loop
        transport = TCPTransport(
            own: own, loop: loop, acceptLoop: MultiThreadedEventLoopGroup.singleton.next(),
            configuration: configuration, observer: recorder, resolver: resolver)
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable (TCPNode) throws -> Value) async throws -> Value {
        try await loop.submit { try body(self) }.get()
    }

    func dial(_ address: String, as number: UInt64 = 1) async throws {
        try await run { $0.transport.dial(DialID(rawValue: number), address: address) }
    }

    func wait(_ what: String, until condition: @escaping @Sendable (TCPNode) -> Bool) async throws {
        try await LinkBench.wait(what) { try await run(condition) }
    }

    /// Runs `body` and shuts the nodes down, whatever happens.
    static func with(_ nodes: TCPNode..., body: () async throws -> Void) async throws {
        var failure: (any Error)?
        do { try await body() } catch { failure = error }
        for node in nodes {
            await node.transport.shutdown()
            try? await node.run { $0.recorder.forget() }
        }
        if let failure { throw failure }
    }
}
