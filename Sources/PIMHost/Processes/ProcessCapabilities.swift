#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the kernel lets this process do beyond ordinary users (capabilities(7)). Nothing where there is no such thing.
public struct ProcessCapabilities: OptionSet, Sendable, Hashable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// CAP_NET_ADMIN: interfaces, routes, rules.
    public static let netAdmin = ProcessCapabilities(rawValue: 1 << 12)

    /// What root runs to start the daemon, as any user, with ``netAdmin`` for itself and for the programs it starts.
    static let granting = "setpriv --ambient-caps +net_admin --inh-caps +net_admin"

    /// Those in effect now.
    public static func current() -> ProcessCapabilities { reading(status(), "CapEff:") }

    /// Those that programs started by this process have: all of its own for root, else what is ambient. Capabilities of the
    /// program file (`setcap`) are not.
    public static func inherited() -> ProcessCapabilities {
        inherited(status(), isRoot: geteuid() == 0)
    }

    static func inherited(_ status: String, isRoot: Bool) -> ProcessCapabilities {
        reading(status, isRoot ? "CapEff:" : "CapAmb:")
    }

    private static func status() -> String {
        let bytes = try? OpenFile.open("/proc/self/status", O_RDONLY).readAll(limit: 1 << 20)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }

    /// Reads a line such as `CapEff:` of `/proc/<pid>/status`.
    static func reading(_ status: String, _ name: String) -> ProcessCapabilities {
        for line in status.split(separator: "\n") where line.hasPrefix(name) {
            let digits = line.dropFirst(name.count).drop(while: \.isWhitespace)
            return ProcessCapabilities(rawValue: UInt64(digits, radix: 16) ?? 0)
        }
        return []
    }
}
