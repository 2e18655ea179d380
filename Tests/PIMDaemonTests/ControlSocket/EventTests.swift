import Foundation
import Logging
import PIMClient
import PIMCore
import PIMPlugin
import PIMRPC
import Testing

@testable import PIMDaemon

@Suite("Events on the control socket", .timeLimit(.minutes(1)))
struct EventTests {
    private static let event = StatusEvent(.routeOn, at: "2023-11-14T22:13:20Z")

    @Test func messagesReachEveryClientAfterHelloAndTheOthersSubscribersOnly() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { stranger in
                try await RawClient.with(socket.path) { plain in
                    try await plain.hello()
                    try await RawClient.with(socket.path) { subscriber in
                        try await subscriber.hello()
                        try await subscriber.send("status.subscribe", id: 1)
                        _ = try await subscriber.answer()

                        socket.events.publish(.status, Self.event)
                        socket.events.publish(.messages, ["kind": "peer_seen"])

                        #expect(try await subscriber.next()?["method"] == .string("status.event"))
                        #expect(try await subscriber.next()?["method"] == .string("messages.event"))
                        let notification = try await plain.next()
                        #expect(notification?["method"] == .string("messages.event"))
                        #expect(notification?.parameter("kind") == .string("peer_seen"))
                        #expect(notification?.keys.contains("id") == false)
                    }
                }
                // Nothing was sent before its hello: the answer is the first line.
                try await stranger.send("rpc.hello", id: 9)
                #expect(try await stranger.next()?["id"] == .integer(9))
            }
        }
    }

    @Test func oneCopyWhateverTheSubscriptionsAndNoneAfterTheLast() async throws {
        try await TestSocket.with { socket in
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                for id in 1...3 {
                    try await client.send("peers.subscribe", id: id)
                    _ = try await client.answer()
                }
                socket.events.publish(.peers, ["n": 1])
                try await client.send("peers.unsubscribe", id: 4)
                try await client.send("peers.unsubscribe", id: 5, #"{"subscription_id":"rpc-sub-0"}"#)
                #expect(try await client.next()?.parameter("n") == .integer(1))
                #expect(try await client.next()?["id"] == .integer(4))
                #expect(try await client.next()?["id"] == .integer(5))
                socket.events.publish(.peers, ["n": 2])
                #expect(try await client.next()?.parameter("n") == .integer(2))
                try await client.send("peers.unsubscribe", id: 6)
                #expect(try await client.next()?["id"] == .integer(6))
                socket.events.publish(.peers, ["n": 3])
                try await client.send("test.echo", id: 7)
                #expect(try await client.next()?["id"] == .integer(7))
            }
        }
    }

    @Test func pluginStreamsGoToTheirSubscribers() async throws {
        try await TestSocket.with { socket in
            let stream = EventStream(namespace: "weather")
            socket.registry.register(stream)
            let client = try await ControlClient.connect(to: socket.path, as: "test/1")
            _ = try await client.call(stream.subscribe)
            socket.events.sink(for: stream).publish(["rain": true])
            socket.events.sink(for: stream).publish(["not", "an", "object"])
            socket.events.sink(for: stream).publish(["rain": false])
            var events = client.events.makeAsyncIterator()
            let first = try #require(await events.next())
            #expect(first.belongs(to: stream))
            #expect(try first.decode() == ["rain": true])
            #expect(try await events.next()?.decode() == ["rain": false])
            await client.close()
            #expect(await events.next() == nil)
        }
    }

    @Test func logHistoryComesOnceInOrderAndTheLiveLinesAfterIt() async throws {
        try await TestSocket.with { socket in
            let logger = socket.logs.logger(label: "pim_daemon::test")
            for number in 0..<3000 { logger.info("line", metadata: ["n": .stringConvertible(number)]) }
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                try await client.send("logs.subscribe", id: 1)
                try await client.send("logs.subscribe", id: 2)
                for number in 3000..<3500 { logger.info("line", metadata: ["n": .stringConvertible(number)]) }
                var numbers: [Int64] = []
                while numbers.last != 3499 {
                    let line = try #require(try await client.next())
                    if line["id"] == .integer(1) { #expect(line.result("history") == .integer(2048)) }
                    if line["id"] == .integer(2) { #expect(line.result("history") == .integer(0)) }
                    guard case .object(let fields)? = line.parameter("fields"), case .integer(let n)? = fields["n"]
                    else {
                        continue
                    }
                    numbers.append(n)
                }
                // Lines can be overtaken while the replay is paced, but none comes twice or out of order.
                #expect(numbers == numbers.sorted())
                #expect(Set(numbers).count == numbers.count)
                #expect(numbers.count >= 2048)
            }
        }
    }

    @Test func aLogEventHasTheContractedShapeAndFiltersApply() async throws {
        try await TestSocket.with { socket in
            let logger = socket.logs.logger(label: "pim_daemon::links")
            let client = try await ControlClient.connect(to: socket.path, as: "test/1")
            let filter = LogFilter(minLevel: .warn, sources: ["pim_daemon::links"])
            #expect(try await client.call(RPC.logsSubscribe, filter).history == 0)
            logger.info("not this one")
            socket.logs.logger(label: "pim_node").error("nor this one")
            logger.debug("below the level of the process")
            logger.warning("this one", metadata: ["peer": "ab", "count": .stringConvertible(3), "ok": "\(true)"])
            logger.error("bare")
            var events = client.events.makeAsyncIterator()
            let entry: LogEntry = try #require(try await events.next()?.decode())
            #expect(entry.level == .warn)
            #expect(entry.source == "pim_daemon::links")
            #expect(entry.message == "this one")
            #expect(entry.fields == ["peer": .string("ab"), "count": .integer(3), "ok": .string("true")])
            #expect(entry.timestamp.count == "2023-11-14T22:13:20.125Z".count)
            let bare: LogEntry = try #require(try await events.next()?.decode())
            #expect(bare.level == .error)
            #expect(bare.fields == nil)
            await client.close()
        }
    }
}
