#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A signal one process sends another.
public struct ProcessSignal: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let terminate = ProcessSignal(rawValue: SIGTERM)
    public static let kill = ProcessSignal(rawValue: SIGKILL)
    public static let interrupt = ProcessSignal(rawValue: SIGINT)
    public static let hangUp = ProcessSignal(rawValue: SIGHUP)
}
