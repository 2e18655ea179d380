/// Where the files of a node are when nobody says otherwise (`spec/config.md` §1, `spec/daemon.md` §5).
///
/// A variable that is set but empty counts as unset. A daemon and the commands that look for it must be given the same
/// environment, or explicit paths.
public struct RuntimePaths: Sendable, Hashable {
    /// The configuration file.
    public var configuration: String
    /// The PID file of the daemon.
    public var pidFile: String
    /// The control socket.
    public var socket: String
    /// Where a detached daemon's log goes.
    public var log: String
    /// The statistics other programs poll.
    public var statistics: String
    /// The debug snapshot other programs poll.
    public var debugSnapshot: String
    /// The data directory by environment and platform, see `dataDirectory(configured:)`.
    public var dataDirectory: String
    /// `PIM_DATA_DIR`, which beats the configuration.
    private var dataDirectoryOverride: String?

    /// - Parameters:
    ///   - environment: The variables of the process.
    ///   - privileged: Whether this is root, for whom `/run` is writable.
    public init(environment: [String: String], privileged: Bool = ProcessProbe.effectiveUserID == 0) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

        let override = value("PIM_DATA_DIR")
        dataDirectoryOverride = override
        #if os(macOS)
            let support = value("HOME").map { "\($0)/Library/Application Support/pim" }
            dataDirectory = override ?? support ?? "/var/lib/pim"
            configuration = support.map { "\($0)/pim.toml" } ?? "/etc/pim/pim.toml"
            let transient = Self.trimmed(value("TMPDIR") ?? "/tmp")
            socket = value("PIM_RPC_SOCKET") ?? "\(transient)/pim.sock"
        #else
            let shared = value("XDG_DATA_HOME") ?? value("HOME").map { "\($0)/.local/share" }
            dataDirectory = override ?? shared.map { "\($0)/pim" } ?? "/var/lib/pim"
            configuration = "/etc/pim/pim.toml"
            let session = value("XDG_RUNTIME_DIR").map(Self.trimmed)
            // What a service manager made for its service: systemd.exec(5), RuntimeDirectory=.
            let service = value("RUNTIME_DIRECTORY")?.split(separator: ":").first.map { Self.trimmed(String($0)) }
            // /run belongs to root. An ordinary user has a directory of the session, or else the data directory: never a
            // predictable name in a directory everybody can write to.
            let transient = privileged ? "/run" : service ?? session ?? dataDirectory
            socket = value("PIM_RPC_SOCKET") ?? session.map { "\($0)/pim.sock" } ?? "/run/pim/pim.sock"
        #endif
        pidFile = "\(transient)/pim.pid"
        log = "\(transient)/pim.log"
        statistics = "\(transient)/pim.stats"
        debugSnapshot = "\(transient)/pim-debug.json"
    }

    /// The directory of the databases: `PIM_DATA_DIR`, then an explicit `node.data_dir`, then the platform's default.
    public func dataDirectory(configured: String?) -> String {
        if let dataDirectoryOverride { return dataDirectoryOverride }
        guard let configured, !configured.isEmpty else { return dataDirectory }
        return configured
    }

    /// Replaces a leading `~/` with the home directory; without one the path stays as it is (`spec/config.md` §2.5).
    public static func expandingHome(_ path: String, environment: [String: String]) -> String {
        guard path.hasPrefix("~/"), let home = environment["HOME"], !home.isEmpty else { return path }
        return "\(trimmed(home))/\(path.dropFirst(2))"
    }

    /// Without slashes at the end, so that joined paths have one.
    private static func trimmed(_ directory: String) -> String {
        var text = directory[...]
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return String(text)
    }
}
