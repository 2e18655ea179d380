#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many file descriptors, sockets included, this process may have open.
public enum DescriptorLimit {
    /// Raises the limit to the highest the system allows this process.
    ///
    /// - Returns: The limit now in force; when it cannot be raised, the one that was.
    public static func raise() -> Int {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return fallback }
        let before = limit.rlim_cur
        guard before < limit.rlim_max else { return Int(clamping: before) }
        #if canImport(Darwin)
            limit.rlim_cur = min(limit.rlim_max, rlim_t(OPEN_MAX))
        #else
            limit.rlim_cur = limit.rlim_max
        #endif
        return setrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : Int(clamping: before)
    }

    /// What every system allows.
    private static let fallback = 256
}
