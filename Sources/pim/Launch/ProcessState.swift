import Foundation
import PIMCore
import PIMHost

/// What the PID file says about a daemon that does not answer (`spec/cli.md` §4.3).
enum ProcessState: Equatable {
    /// A daemon holds the file.
    case running(pid: Int32)
    /// A file is there, and no daemon holds it.
    case stale(path: String, pid: Int32?)
    case stopped(path: String)
    /// Nothing answers on a socket, and nothing else is known of its daemon.
    case silent(socket: String)

    var isRunning: Bool { if case .running = self { true } else { false } }

    static func find(by path: String) -> ProcessState {
        if let holder = try? PIDFile.holder(of: path) { return .running(pid: holder) }
        guard let content = FileManager.default.contents(atPath: path) else { return .stopped(path: path) }
        let text = String(decoding: content.prefix(64), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return .stale(path: path, pid: Int32(text))
    }

    func lines(_ style: Style = .plain) -> [String] {
        switch self {
        case .running(let pid): return ["pim: \(style("running", .green)) (pid \(pid)), but it does not answer"]
        case .stale(let path, let pid):
            let number = pid.map { ", pid \($0)" } ?? ""
            return ["pim: \(style("stopped", .red)) (stale PID file \(path)\(number))"]
        case .stopped(let path): return ["pim: \(style("stopped", .red)) (no PID file at \(path))"]
        case .silent(let socket): return ["pim: \(style("stopped", .red)) (no daemon answers on \(socket))"]
        }
    }

    var json: JSONValue {
        switch self {
        case .running(let pid): .object(["running": .bool(true), "answers": .bool(false), "pid": .integer(Int64(pid))])
        case .stale(let path, _), .stopped(let path): .object(["running": .bool(false), "pid_file": .string(path)])
        case .silent(let socket): .object(["running": .bool(false), "socket": .string(socket)])
        }
    }
}
