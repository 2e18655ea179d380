import Foundation
import Testing

@testable import PIMHost

/// A socket in the place of the service manager's.
private final class Manager {
    let descriptor: Int32
    let name: String

    init(name: String) throws {
        self.name = name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (name.hasPrefix("@") ? 0 : 1))
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
        if name.hasPrefix("/") { unlink(name) }
    }

    /// The next message; empty after five seconds without one.
    func next() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

@Suite("The socket of the service manager", .serialized)
struct NotifySocketTests {
    private static func path() -> String { "/tmp/pim-notify-\(UInt32.random(in: 0 ... .max))" }

    @Test(arguments: [path(), "@pim-notify-\(UInt32.random(in: 0 ... .max))"])
    func wordsArrive(name: String) throws {
        let manager = try Manager(name: name)
        let socket = try #require(NotifySocket(environment: ["NOTIFY_SOCKET": name], pid: 1))
        socket.ready()
        #expect(manager.next() == "READY=1")
        socket.alive()
        #expect(manager.next() == "WATCHDOG=1")
        socket.status("1 peer\nSTOPPING=1")
        #expect(manager.next() == "STATUS=1 peer STOPPING=1")
        socket.stopping()
        #expect(manager.next() == "STOPPING=1")
        socket.reloading()
        let lines = manager.next().split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let microseconds = try #require(lines.last?.split(separator: "=").last.flatMap { UInt64($0) })
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let passed = UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec / 1000) - microseconds
        #expect(passed < 10_000_000)
    }

    @Test(arguments: [
        "", "@", "/", "notify", "vsock:2:1", "./x", "/" + String(repeating: "x", count: 108), "/a\0b", "@a\0b",
    ])
    func whatIsNoAddressIsNoManager(name: String) {
        #expect(NotifySocket(environment: ["NOTIFY_SOCKET": name], pid: 1) == nil)
    }

    @Test func theLongestNamesFit() {
        for name in ["/" + String(repeating: "x", count: 106), "@" + String(repeating: "x", count: 107)] {
            #expect(NotifySocket(environment: ["NOTIFY_SOCKET": name], pid: 1) != nil)
        }
        #expect(NotifySocket(environment: [:], pid: 1) == nil)
    }

    @Test(
        arguments: [
            ([:], nil), (["WATCHDOG_USEC": "30000000"], .seconds(30)),
            (["WATCHDOG_USEC": "1500", "WATCHDOG_PID": "7"], .microseconds(1500)),
            (["WATCHDOG_USEC": "1500", "WATCHDOG_PID": "8"], nil),
            (["WATCHDOG_USEC": "1500", "WATCHDOG_PID": "x"], nil),
            (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "30s"], nil),
        ] as [([String: String], Duration?)])
    func theWatchdogIsForThisProcess(variables: [String: String], interval: Duration?) throws {
        let environment = variables.merging(["NOTIFY_SOCKET": "/x"]) { old, _ in old }
        #expect(try #require(NotifySocket(environment: environment, pid: 7)).watchdogInterval == interval)
    }

    /// Programs that are started afterwards do not speak in this process's name.
    @Test func childrenDoNotInheritIt() async throws {
        for name in NotifySocket.variables { setenv(name, "/x", 1) }
        _ = NotifySocket.take()
        let environment = try await Command.run("env", []).output
        for name in NotifySocket.variables { #expect(!environment.contains("\(name)=")) }
        #expect(NotifySocket.take() == nil)
    }

    @Test func aManagerThatIsGoneIsNoMatter() throws {
        let name = Self.path()
        let socket: NotifySocket
        do {
            let manager = try Manager(name: name)
            socket = try #require(NotifySocket(environment: ["NOTIFY_SOCKET": name], pid: 1))
            socket.ready()
            #expect(manager.next() == "READY=1")
        }
        socket.alive()
        socket.stopping()
    }
}
