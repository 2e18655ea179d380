internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PIMCore
internal import PIMCrypto
internal import PIMHost

/// What a daemon holds from start to end: the locks that keep a second one out, its identity, its secret, its threads.
struct DaemonResources: Sendable {
    let dataDirectory: URL
    let identity: Identity
    /// `nil` in an open mesh.
    let meshSecret: MeshSecret?
    /// Changes in the peer directory and in reachability.
    let directory: PeerEventHub
    let keystore: PeerKeystore
    /// Links, control plane and forwarding.
    let meshThread: MultiThreadedEventLoopGroup
    /// Accepts connections for the mesh.
    let acceptThread: MultiThreadedEventLoopGroup
    /// Connections of the control socket.
    let socketThread: MultiThreadedEventLoopGroup
    let start: ProcessStart
    /// What this daemon changed on the machine. There is one for all who change anything: it knows the file.
    let journal: HostJournal
    /// What this daemon's sockets are marked with; `nil` when nothing needs the mark, or it may not be set.
    let socketMark: UInt32?
    private let pidFile: PIDFile?
    private let dataLock: FileLock

    /// Takes everything, in this order; gives back what it took when something fails.
    static func acquire(for daemon: Daemon, logger: Logger) async throws -> DaemonResources {
        let directory = daemon.paths.dataDirectory(configured: daemon.configuration.node.dataDirectory)
        let pidFile = try daemon.pidPath.map { path in
            try SecureFile.createDirectory(URL(fileURLWithPath: path).deletingLastPathComponent().path)
            return try PIDFile.claim(path)
        }
        do {
            try SecureFile.createDirectory(directory)
            let dataLock = try FileLock.acquire("\(directory)/daemon.lock")
            let journal = try HostJournal(directory: directory)
            let identity = try loadIdentity(daemon.configuration.security.keyFile, logger: logger)
            let meshSecret = try await MeshSecret.derived(for: daemon.configuration.mesh)
            let hub = PeerEventHub()
            let keystore = try PeerKeystore(
                path: "\(directory)/peers.db", events: hub, logger: daemon.logger("keystore"))
            return DaemonResources(
                dataDirectory: URL(fileURLWithPath: directory, isDirectory: true), identity: identity,
                meshSecret: meshSecret, directory: hub, keystore: keystore,
                meshThread: MultiThreadedEventLoopGroup(numberOfThreads: 1),
                acceptThread: MultiThreadedEventLoopGroup(numberOfThreads: 1),
                socketThread: MultiThreadedEventLoopGroup(numberOfThreads: 1), start: ProcessStart(),
                journal: journal, socketMark: socketMark(for: daemon, logger: logger), pidFile: pidFile,
                dataLock: dataLock)
        } catch {
            pidFile?.remove()
            throw error
        }
    }

    /// Gives everything back, in the opposite order.
    func release() async {
        try? await socketThread.shutdownGracefully()
        try? await acceptThread.shutdownGracefully()
        try? await meshThread.shutdownGracefully()
        try? keystore.close()
        dataLock.release()
        pidFile?.remove()
    }

    private static func socketMark(for daemon: Daemon, logger: Logger) -> UInt32? {
        #if os(Linux)
            guard daemon.configuration.interface.enabled else { return nil }
            do {
                try SocketMark.check(SocketMark.daemon)
                return SocketMark.daemon
            } catch {
                logger.warning(
                    "links could be caught in the mesh's own default route: sockets cannot be marked",
                    metadata: ["error": "\(error)"])
            }
        #endif
        return nil
    }

    private static func loadIdentity(_ path: String, logger: Logger) throws -> Identity {
        do {
            var random = SystemRandomNumberGenerator()
            let file = try IdentityFile(path: path).loadOrCreate(using: &random)
            if file.repairedMode {
                logger.warning(
                    "the identity file was readable by others; its mode is 0600 now", metadata: ["path": "\(path)"])
            }
            return file.identity
        } catch {
            throw PIMError(.io, "cannot load or create the identity \(path)", cause: error)
        }
    }
}

extension MeshSecret {
    /// Derives the secret of a private mesh, on the concurrency pool: it takes about 100 ms and 64 MiB (`spec/crypto.md` §4).
    static func derived(for mesh: PIMConfiguration.Mesh) async throws -> MeshSecret? {
        guard mesh.mode == .private, let passphrase = mesh.passphrase else { return nil }
        return try MeshSecret(
            passphrase: passphrase.secret, meshID: mesh.meshID,
            kdf: Argon2Cost(
                memoryKiB: mesh.kdf.memoryKiB, passes: mesh.kdf.iterations, lanes: mesh.kdf.lanes))
    }
}

/// When this daemon started, and as which process.
struct ProcessStart: Sendable {
    let monotonic = BootClock.now()
    let unixSeconds = Int64(clamping: WallClock.unixMilliseconds / 1000)
    let pid = ProcessInfo.processInfo.processIdentifier
}
