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

    /// Those in effect now.
    public static func current() -> ProcessCapabilities {
        let bytes = try? OpenFile.open("/proc/self/status", O_RDONLY).readAll(limit: 1 << 20)
        return reading(String(decoding: bytes ?? [], as: UTF8.self))
    }

    /// Reads the line `CapEff:` of `/proc/<pid>/status`.
    static func reading(_ status: String) -> ProcessCapabilities {
        for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
            let digits = line.dropFirst("CapEff:".count).drop(while: \.isWhitespace)
            return ProcessCapabilities(rawValue: UInt64(digits, radix: 16) ?? 0)
        }
        return []
    }
}
