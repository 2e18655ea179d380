import ArgumentParser
import Foundation
import PIMClient
import PIMHost
import PIMRPC

/// How a command finds the daemon.
struct ClientOptions: ParsableArguments {
    @Option(help: "The daemon's control socket.", completion: .file())
    var socket: String?

    /// The places of files by the environment of this process.
    static var paths: RuntimePaths { RuntimePaths(environment: ProcessInfo.processInfo.environment) }

    func validate() throws {
        if let socket, let refusal = Self.refusal(of: socket) { throw ValidationError(refusal) }
    }

    /// Why there can be no socket of that name.
    private static func refusal(of path: String) -> String? {
        // In the address of a socket, which has its end, too.
        let room = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
        return path.utf8.count <= room
            ? nil : "The path of a socket has at most \(room) bytes: \(Printable.line(path))."
    }

    var socketPath: String { socket ?? Self.paths.socket }

    /// Whether another daemon than the usual one is meant, on the command line or by the environment.
    var namesDaemon: Bool { Self.namesDaemon(socketPath, environment: ProcessInfo.processInfo.environment) }

    /// Whether the usual files of a daemon are the ones of the daemon that is meant. Those of another one say nothing about
    /// it, and nobody wants them changed in its place.
    var mayUseDefaults: Bool { !namesDaemon }

    static func namesDaemon(_ socket: String, environment: [String: String]) -> Bool {
        socket != RuntimePaths(environment: environment.filter { $0.key != "PIM_RPC_SOCKET" }).socket
    }

    /// Connects, runs `body` and closes.
    func withClient<Result: Sendable>(
        timeout: Duration = .seconds(10), _ body: (ControlClient) async throws -> Result
    ) async throws -> Result {
        if let refusal = Self.refusal(of: socketPath) { throw CommandFailure(refusal) }
        let client = try await ControlClient.connect(to: socketPath, as: Pim.clientName, timeout: timeout)
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}
