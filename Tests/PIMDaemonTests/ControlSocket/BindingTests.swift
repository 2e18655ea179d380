import Foundation
import Logging
import NIOPosix
import PIMClient
import PIMCore
import PIMHost
import PIMRPC
import ServiceLifecycle
import Testing

@testable import PIMDaemon

@Suite("Claiming the socket", .timeLimit(.minutes(1)))
struct BindingTests {
    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "pim-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    /// What a daemon that was killed leaves behind: a name without a listener.
    private func leaveDeadSocket(at path: String) throws {
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var address = try UnixSocketAddress(path)
        #if canImport(Darwin)
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        defer { close(descriptor) }
        try #require(address.withPointer { bind(descriptor, $0, $1) } == 0)
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func theDirectoryIsPrivateAndTheSocketForTheGroup() async throws {
        try await withDirectory { directory in
            let socket = try ListeningSocket.claim("\(directory)/a/pim.sock")
            #expect(try permissions("\(directory)/a") == 0o700)
            #expect(try permissions("\(directory)/a/pim.sock") == 0o660)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/a") == ["pim.sock"])
            socket.remove()
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/a") == [])
        }
    }

    @Test func aLiveDaemonKeepsItsSocket() async throws {
        try await TestSocket.with { socket in
            do {
                try socket.server().bind()
                Issue.record("the socket was stolen")
            } catch let error as PIMError {
                #expect(error.message.contains("pid \(ProcessProbe.ownPID)"))
            }
            let client = try await ControlClient.connect(to: socket.path, as: "test/1")
            #expect(try await client.call(TestSocket.echo, [:]) == [:])
            await client.close()
        }
    }

    @Test func aSocketThatListensButDoesNotAcceptIsLive() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/pim.sock"
            let frozen = try ListeningSocket.claim(path, backlog: 0)
            // The first probe fills the queue; the next ones find it full.
            for _ in 0..<4 { #expect(throws: PIMError.self) { try ListeningSocket.claim(path) } }
            #expect(FileManager.default.fileExists(atPath: path))
            frozen.remove()
        }
    }

    @Test func aSocketNobodyListensOnIsReplaced() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/pim.sock"
            try leaveDeadSocket(at: path)
            let next = try ListeningSocket.claim(path)
            #expect(throws: PIMError.self) { try ListeningSocket.claim(path) }
            next.remove()
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func aSuccessorsNameIsNotRemoved() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/pim.sock"
            let first = try ListeningSocket.claim(path)
            try FileManager.default.removeItem(atPath: path)
            let second = try ListeningSocket.claim(path)
            first.remove()
            #expect(FileManager.default.fileExists(atPath: path))
            second.remove()
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func whatIsNoSocketIsLeftAlone() async throws {
        try await withDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let path = "\(directory)/pim.sock"
            try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
            #expect(throws: PIMError.self) { try ListeningSocket.claim(path) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious".utf8))
        }
    }

    @Test("paths that cannot be one", arguments: ["", String(repeating: "x", count: 108), "a\0b"])
    func impossiblePathsAreExplained(path: String) {
        #expect(throws: PIMError.self) { try ListeningSocket.claim(path) }
    }

    @Test func ofManyAtOnceOneWins() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/pim.sock"
            try leaveDeadSocket(at: path)
            let winners = await withTaskGroup(of: ListeningSocket?.self) { group in
                for _ in 0..<8 { group.addTask { try? ListeningSocket.claim(path) } }
                var winners: [ListeningSocket] = []
                for await case let socket? in group { winners.append(socket) }
                return winners
            }
            #expect(winners.count == 1)
            winners.first?.remove()
        }
    }

    @Test func gracefulShutdownAnswersWhatWasReceivedAndRemovesTheName() async throws {
        try await withDirectory { directory in
            let socket = TestSocket(path: "\(directory)/pim.sock")
            let gate = Gate()
            let started = Gate()
            socket.registry.register(TestSocket.slow) { _ in
                started.open()
                await gate.wait()
                return NoResult()
            }
            let server = socket.server()
            try server.bind()
            let services = ServiceGroup(
                services: [server], gracefulShutdownSignals: [],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            async let run: Void = services.run()
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                try await client.send("test.slow", id: 1)
                await started.wait()
                await services.triggerGracefulShutdown()
                let path = socket.path
                #expect(try await TestSocket.eventually { !FileManager.default.fileExists(atPath: path) })
                gate.open()
                #expect(try await client.answer()["id"] == .integer(1))
                try await client.expectEnd()
            }
            try await run
        }
    }

    @Test func aMethodThatDoesNotReturnDelaysShutdownByItsDeadlineOnly() async throws {
        try await withDirectory { directory in
            var limits = ControlSocketLimits()
            limits.farewell = .milliseconds(50)
            let socket = TestSocket(path: "\(directory)/pim.sock")
            let started = Gate()
            socket.registry.register(TestSocket.slow) { _ in
                started.open()
                try await Task.sleep(for: .seconds(3600))
                return NoResult()
            }
            let server = socket.server(limits)
            let services = ServiceGroup(
                services: [server], gracefulShutdownSignals: [],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try server.bind()
            async let run: Void = services.run()
            try await RawClient.with(socket.path) { client in
                try await client.hello()
                try await client.send("test.slow", id: 1)
                await started.wait()
                await services.triggerGracefulShutdown()
                while try await client.next() != nil {}
            }
            try await run
        }
    }

    @Test func withoutADaemonTheClientSaysSo() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/pim.sock"
            await #expect(throws: ControlClientError(.notRunning, path: "", "")) {
                try await ControlClient.connect(to: path, as: "test/1")
            }
            try leaveDeadSocket(at: path)
            await #expect(throws: ControlClientError(.notRunning, path: "", "")) {
                try await ControlClient.connect(to: path, as: "test/1")
            }
        }
    }
}
