internal import Foundation
internal import PIMCore
internal import PIMHost

/// Network namespaces joined by veth, and the daemons of one contestant in them.
///
/// The daemons of the hub listen, those of the leaves dial. Whoever makes one closes it: ``with(_:_:)`` does, however its
/// body ends.
final class OverlayLab {
    let shape: OverlayShape
    /// Directories and processes; a machine's are under its name.
    let files: Lab
    private var daemons: [OverlayMachine: Int32] = [:]

    static let iperfPort = 5201

    private init(_ shape: OverlayShape) throws {
        self.shape = shape
        files = try Lab()
    }

    static func with<Value>(_ shape: OverlayShape, _ body: (OverlayLab) async throws -> Value) async throws -> Value {
        let lab = try OverlayLab(shape)
        let outcome: Result<Value, any Error>
        do {
            try await lab.build()
            outcome = .success(try await body(lab))
        } catch {
            outcome = .failure(error)
        }
        await lab.close()
        return try outcome.get()
    }

    // MARK: Addresses

    func inside(_ machine: OverlayMachine) -> NetworkNamespace {
        NetworkNamespace(name: "pimbench\(ProcessProbe.ownPID)\(machine.rawValue)")
    }

    /// Where a leaf reaches the hub.
    func hubAddress(for leaf: OverlayMachine) -> String { "10.90.\(leaf.number).1" }

    func leafAddress(_ leaf: OverlayMachine) -> String { "10.90.\(leaf.number).2" }

    func home(_ machine: OverlayMachine) -> URL { files.home(machine.rawValue) }

    // MARK: Programs

    /// Starts a program on a machine; it ends with the lab.
    @discardableResult
    func spawn(
        on machine: OverlayMachine, _ program: String, _ arguments: [String], output: Pipe? = nil
    ) throws -> Process {
        try files.start(
            machine.rawValue, executable: Self.path(of: "ip"),
            arguments: ["netns", "exec", inside(machine).name, program] + arguments, output: output)
    }

    /// Starts the daemon whose cost counts.
    func spawnDaemon(
        on machine: OverlayMachine, _ program: String, _ arguments: [String], output: Pipe? = nil
    ) throws {
        // `ip` becomes the program, so the process is the daemon's own.
        daemons[machine] = try spawn(on: machine, program, arguments, output: output).processIdentifier
    }

    var account: ProcessAccount { ProcessAccount(of: Array(daemons.values)) }

    /// Gives an interface its address, as far as its daemon does not.
    func setUp(_ interface: String, on machine: OverlayMachine, address: String, mtu: Int) async throws {
        try await inside(machine).ip(["address", "replace", address, "dev", interface])
        try await inside(machine).ip(["link", "set", interface, "mtu", "\(mtu)", "up"])
    }

    func hasAddress(_ address: String, on machine: OverlayMachine) async throws -> Bool {
        try await !inside(machine).ip(["-o", "address", "show", "to", address]).isEmpty
    }

    /// Waits for something to be true.
    func wait(
        for what: String, atMost limit: Duration = .seconds(20), until condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < deadline else {
                throw BenchmarkFailure("not within \(limit): \(what)\(lastWords)")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Where a program is, or `nil`.
    static func find(_ program: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]).map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func path(of program: String) throws -> String {
        guard let path = find(program) else { throw BenchmarkFailure("there is no \(program) on this machine") }
        return path
    }

    // MARK: Life

    private func build() async throws {
        for machine in shape.machines {
            try FileManager.default.createDirectory(at: home(machine), withIntermediateDirectories: true)
            try await finish("ip", ["netns", "add", inside(machine).name])
            // IPv6 addresses are to be of use at once.
            for scope in ["all", "default"] {
                try await inside(machine).run("sysctl", ["-qw", "net.ipv6.conf.\(scope).accept_dad=0"])
            }
            try await inside(machine).ip(["link", "set", "lo", "up"])
        }
        for leaf in shape.leaves {
            let cable = "to-\(leaf.rawValue)"
            try await finish(
                "ip",
                [
                    "link", "add", "eth0", "netns", inside(leaf).name, "type", "veth",
                    "peer", "name", cable, "netns", inside(shape.hub).name,
                ])
            try await setUp("eth0", on: leaf, address: "\(leafAddress(leaf))/24", mtu: 1500)
            try await setUp(cable, on: shape.hub, address: "\(hubAddress(for: leaf))/24", mtu: 1500)
        }
        try spawn(on: .b, "iperf3", ["-s", "-p", "\(Self.iperfPort)"])
        try await wait(for: "iperf3 listens") {
            try await !inside(.b).run("ss", ["-Hltn", "sport = :\(Self.iperfPort)"]).isEmpty
        }
    }

    private func close() async {
        files.stop()
        let names = shape.machines.map { inside($0).name }
        // In a task of its own: this one may be cancelled, and the namespaces have to go all the same.
        await Task {
            for name in names { _ = try? await Command.run("ip", ["netns", "delete", name]) }
        }.value
    }

    /// The last lines of every log, for messages.
    private var lastWords: String {
        shape.machines.map { machine in
            let log = try? String(contentsOf: home(machine).appendingPathComponent("log"), encoding: .utf8)
            let lines = (log ?? "").split(separator: "\n").suffix(4)
            return lines.map { "\n  \(machine.rawValue): \($0)" }.joined()
        }.joined()
    }
}
