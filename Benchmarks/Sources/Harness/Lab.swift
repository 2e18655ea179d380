internal import Foundation
internal import PIMHost

/// A directory with the configurations, data and sockets of a few daemons on loopback, and their processes.
/// Everything is removed at the end.
final class Lab {
    let directory: URL
    private var processes: [Process] = []

    private static let patience: Duration = .seconds(5)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("pim-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Writes a configuration without interface and returns its path.
    func configure(_ name: String, port: Int, peers: [Int], extra: String = "") throws -> String {
        let home = directory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        var text = """
            [node]
            name = "\(name)"
            [interface]
            enabled = false
            [discovery]
            enabled = false
            [transport]
            listen_port = \(port)
            [security]
            key_file = "\(home.path)/node.key"
            \(extra)

            """
        for peer in peers {
            text += "[[peers]]\nmechanism = \"tcp\"\naddress = \"127.0.0.1:\(peer)\"\n"
        }
        let path = home.appendingPathComponent("pim.toml")
        try text.write(to: path, atomically: true, encoding: .utf8)
        return path.path
    }

    func home(_ name: String) -> URL { directory.appendingPathComponent(name) }

    func socket(_ name: String) -> String { home(name).appendingPathComponent("pim.sock").path }

    /// Starts an executable as the node `name`; its output goes to `<name>/log`, or to `output`.
    @discardableResult
    func start(
        _ name: String, executable: String, arguments: [String], environment: [String: String] = [:],
        output: Pipe? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PIM_DATA_DIR": home(name).path, "PIM_RPC_SOCKET": socket(name), "PIM_LOG": "warning",
        ]) { $1 }.merging(environment) { $1 }
        let log = home(name).appendingPathComponent("log").path
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let handle = FileHandle(forWritingAtPath: log)
        process.standardError = handle
        if let output { process.standardOutput = output } else { process.standardOutput = handle }
        // The mask of this thread, which the library may have blocked every signal on, becomes the process's.
        SignalMask.unblockTermination()
        try process.run()
        processes.append(process)
        return process
    }

    /// Ends every process, at once those that do not by themselves.
    func stop() {
        for process in processes where process.isRunning { process.terminate() }
        let deadline = ContinuousClock.now + Self.patience
        for process in processes {
            while process.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.005) }
            if process.isRunning { try? ProcessProbe.send(.kill, to: process.processIdentifier) }
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: directory)
    }
}

/// Free TCP ports on loopback are not reserved, only unlikely to be taken in between.
func freePorts(_ count: Int) -> [Int] {
    (0..<count).map { _ in Int.random(in: 21_000..<32_000) }
}
