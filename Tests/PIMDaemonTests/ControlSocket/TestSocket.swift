import Foundation
import Logging
import NIOPosix
import PIMCore
import PIMRPC
import ServiceLifecycle

@testable import PIMDaemon

/// A control socket in a directory of its own, with a few methods to call.
struct TestSocket: Sendable {
    let path: String
    let registry = RPCRegistry()
    let events = EventHub()
    let logs = LogStream(level: .info, descriptor: nil)

    static let echo = RPCMethod<[String: JSONValue], [String: JSONValue]>(
        "test.echo", summary: "Answers its parameters.")
    static let slow = RPCMethod<NoParameters, NoResult>("test.slow", summary: "Answers when the gate opens.")
    static let large = RPCMethod<NoParameters, String>("test.large", summary: "Answers 256 KiB.")

    /// Runs `body` against a live socket and takes everything down afterwards.
    static func with<Result: Sendable>(
        _ limits: ControlSocketLimits = ControlSocketLimits(),
        _ body: @escaping @Sendable (TestSocket) async throws -> Result
    ) async throws -> Result {
        let directory = NSTemporaryDirectory() + "pim-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let socket = TestSocket(path: "\(directory)/pim.sock")
        socket.registry.register(echo) { $0 }
        socket.registry.register(large) { _ in String(repeating: "x", count: 262_144) }
        let server = socket.server(limits)
        try server.bind()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try? await server.run()
                return nil
            }
            group.addTask { try await body(socket) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    func server(_ limits: ControlSocketLimits = ControlSocketLimits()) -> ControlSocketServer {
        ControlSocketServer(
            path: path, registry: registry, events: events, logs: logs, version: "1.2.3",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(), access: ClientAccess(), limits: limits)
    }

    /// Polls until the condition holds or ten seconds have passed.
    static func eventually(_ condition: @Sendable () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return try await condition()
    }
}
