import ArgumentParser
import Foundation
import PIMClient
import PIMCore
import PIMHost
import PIMRPC

/// Where the debug commands take their snapshot from.
struct SnapshotOptions: ParsableArguments {
    /// Older than that, a snapshot is said to be old; a daemon writes one every two seconds.
    static let oldAfterSeconds: UInt64 = 10
    private static let maximumFileSize = 64 << 20

    @OptionGroup var client: ClientOptions
    @Option(help: "Read this file instead of asking the daemon.", completion: .file(extensions: ["json"]))
    var snapshot: String?

    /// The running daemon's snapshot, or that of a file; says on standard error when it is old.
    func load() async throws -> DebugSnapshot {
        if let snapshot { return try read(snapshot, because: nil) }
        do {
            return try await client.withClient { try await $0.call(RPC.debugSnapshot) }
        } catch let error as ControlClientError where error.code == .notRunning && client.mayUseDefaults {
            // What a daemon that is gone has left is better than nothing.
            let path = ClientOptions.paths.debugSnapshot
            guard FileManager.default.fileExists(atPath: path) else { throw error }
            return try read(path, because: "no daemon answers, so this is \(path)")
        }
    }

    /// The node a name belongs to, as the daemon that was asked for the snapshot knows it; a file has no names.
    func node(named name: String) async -> NodeID? {
        guard snapshot == nil, let reference = PeerReference(argument: name) else { return nil }
        return try? await client.withClient { try await reference.resolve(with: $0) }
    }

    private func read(_ path: String, because reason: String?) throws -> DebugSnapshot {
        guard let content = try SecureFile(path).read(limit: Self.maximumFileSize, followingLinks: true) else {
            throw CommandFailure("there is no debug snapshot \(path)")
        }
        let snapshot: DebugSnapshot
        do {
            snapshot = try RPCCoding.decode(DebugSnapshot.self, from: content)
        } catch let error as DecodingError {
            throw CommandFailure("\(path) is no debug snapshot: \(RPCCoding.describe(error))")
        }
        guard snapshot.version == DebugSnapshot.version else {
            throw CommandFailure(
                "\(path) is a debug snapshot of version \(snapshot.version), which this pim cannot read")
        }
        let now = UInt64(max(0, Date().timeIntervalSince1970))
        if let note = Self.note(snapshot, now: now, because: reason) { Output.complain("note: \(note)") }
        return snapshot
    }

    static func note(_ snapshot: DebugSnapshot, now: UInt64, because reason: String?) -> String? {
        let age = now > snapshot.generatedAtUnixSeconds ? now - snapshot.generatedAtUnixSeconds : 0
        guard reason != nil || age > oldAfterSeconds else { return nil }
        let old = "\(Printable.duration(seconds: age)) old"
        return reason.map { "\($0), \(old)" } ?? "this snapshot is \(old)"
    }
}
