import Foundation
import NIOCore
import PIMClient
import PIMCore
import PIMRPC
import Synchronization
import Testing

@testable import PIMDaemon

@Suite("Bounds of the control socket", .timeLimit(.minutes(1)))
struct BoundsTests {
    @Test func aHundredClients() async throws {
        try await TestSocket.with { socket in
            var admitted: [ControlClient] = []
            var refused = 0
            for _ in 0..<100 {
                do {
                    admitted.append(try await ControlClient.connect(to: socket.path, as: "test/1"))
                } catch let error as RPCError {
                    #expect(error.code == .notReady)
                    refused += 1
                } catch let error as ControlClientError {
                    // The refusal can be overtaken by the end of the connection.
                    #expect(error.code == .closed)
                    refused += 1
                }
            }
            #expect(admitted.count == 64)
            #expect(refused == 36)
            for client in admitted { #expect(try await client.call(TestSocket.echo, [:]) == [:]) }

            await admitted.removeLast().close()
            let path = socket.path
            #expect(
                try await TestSocket.eventually {
                    guard let client = try? await ControlClient.connect(to: path, as: "test/1") else { return false }
                    await client.close()
                    return true
                })
        }
    }

    @Test func aClientThatDoesNotReadLosesEventsAndIsTold() async throws {
        var limits = ControlSocketLimits()
        limits.outgoing = OutgoingQueue.Limits(notifications: 100, notificationBytes: 65_536)
        try await TestSocket.with(limits) { socket in
            try await RawClient.with(socket.path) { slow in
                try await slow.hello()
                try await slow.send("status.subscribe", id: 1)
                _ = try await slow.answer()
                let text = String(repeating: "x", count: 1000)
                let count = 20_000
                for number in 0..<count {
                    socket.events.publish(
                        .status, StatusEvent(.routeOn, at: text, detail: ["n": .integer(Int64(number))]))
                }
                try await slow.send("test.echo", id: 2)
                var received = 0
                var dropped = 0
                var last = -1
                while let line = try await slow.next(), line["id"] == nil {
                    if line.parameter("kind") == .string("lagged"), case .integer(let lost)? = line.parameter("dropped")
                    {
                        dropped += Int(lost)
                    } else if case .object(let detail)? = line.parameter("detail"), case .integer(let n)? = detail["n"]
                    {
                        // What does arrive is in order.
                        #expect(Int(n) > last)
                        last = Int(n)
                        received += 1
                    }
                }
                #expect(dropped > 0)
                #expect(received + dropped == count)
                #expect(last == count - 1)
            }
        }
    }

    @Test func requestsOfAClientThatDoesNotReadAreNotHandled() async throws {
        try await TestSocket.with { socket in
            let handled = Counter()
            socket.registry.register(RPCMethod<NoParameters, String>("test.counted", summary: "")) { _ in
                handled.increment()
                return String(repeating: "y", count: 100_000)
            }
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                let requests = 100
                for id in 1...requests { try await client.send("test.counted", id: id) }
                // 100 answers would be 10 MB; a handful fit the bounds.
                var settled = -1
                while settled != handled.value {
                    settled = handled.value
                    try await Task.sleep(for: .milliseconds(200))
                }
                #expect(settled < 25)
                for id in 1...requests { #expect(try await client.answer()["id"] == .integer(Int64(id))) }
            }
        }
    }

    @Test func whoNeverIntroducesItselfIsClosed() async throws {
        var limits = ControlSocketLimits()
        limits.greeting = .seconds(2)
        limits.inspection = .milliseconds(20)
        try await TestSocket.with(limits) { socket in
            try await RawClient.with(socket.path) { greeted in
                try await greeted.hello()
                try await RawClient.with(socket.path) { silent in try await silent.expectEnd() }
                // It is the older of the two and still there.
                try await greeted.send("test.echo", id: 1)
                #expect(try await greeted.answer()["id"] == .integer(1))
            }
        }
    }

    @Test func whoReadsNothingForTooLongIsClosed() async throws {
        var limits = ControlSocketLimits()
        limits.stall = .milliseconds(100)
        limits.inspection = .milliseconds(20)
        try await TestSocket.with(limits) { socket in
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                for id in 1...40 { try await client.send("test.large", id: id) }
                let channel = client.channel
                #expect(
                    try await TestSocket.eventually {
                        // Writing fails once the daemon has closed its end.
                        do { try await channel.writeAndFlush(ByteBuffer(string: "\n")) } catch { return true }
                        return false
                    })
            }
        }
    }
}

/// Counts from several tasks.
final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func increment() { count.withLock { $0 += 1 } }
}
