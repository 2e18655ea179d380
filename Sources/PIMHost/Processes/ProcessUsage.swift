#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What this process has used so far and holds now. What the system does not tell is `nil`.
public struct ProcessUsage: Sendable, Hashable {
    /// Of all its threads, in user and in kernel mode.
    public var cpuSeconds: Double?
    public var residentBytes: UInt64?
    public var virtualBytes: UInt64?
    public var openDescriptors: Int?
    public var maximumDescriptors: UInt64?
    /// When the process began, in seconds since the Unix epoch.
    public var startSeconds: Double?

    /// Asks the kernel. A few reads of `/proc`: not for an event loop that forwards.
    public static func current() -> ProcessUsage {
        var usage = ProcessUsage()
        usage.readClock()
        usage.readLimit()
        #if !canImport(Darwin)
            usage.readMemory(text("/proc/self/statm"), pageSize: UInt64(max(0, sysconf(Int32(_SC_PAGESIZE)))))
            usage.readStart(
                text("/proc/self/stat"), machine: text("/proc/stat"),
                ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))))
            usage.openDescriptors = countDescriptors()
        #endif
        return usage
    }

    init() {}

    private mutating func readClock() {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return }
        cpuSeconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private mutating func readLimit() {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        maximumDescriptors = UInt64(clamping: limit.rlim_cur)
    }

    /// `/proc/self/statm`: pages, the whole and the resident.
    mutating func readMemory(_ statm: String, pageSize: UInt64) {
        let pages = statm.split(separator: " ").prefix(2).map { UInt64($0) }
        guard pages.count == 2, let whole = pages[0], let resident = pages[1] else { return }
        virtualBytes = whole.multipliedReportingOverflow(by: pageSize).partialValue
        residentBytes = resident.multipliedReportingOverflow(by: pageSize).partialValue
    }

    /// `/proc/self/stat`: its 22nd field is the start in ticks since the machine's, which is `btime` in `/proc/stat`. The
    /// second field is the program's name in parentheses and may contain anything.
    mutating func readStart(_ stat: String, machine: String, ticksPerSecond: Double) {
        guard let end = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        let boot = machine.split(separator: "\n").first { $0.hasPrefix("btime ") }?.dropFirst(6)
        guard fields.count > 19, let ticks = Double(fields[19]), let boot = boot.flatMap({ Double($0) }) else { return }
        startSeconds = boot + ticks / ticksPerSecond
    }

    private static func text(_ path: String) -> String {
        let bytes = try? OpenFile.open(path, O_RDONLY).readAll(limit: 1 << 20)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }

    #if !canImport(Darwin)
        private static func countDescriptors() -> Int? {
            guard let directory = opendir("/proc/self/fd") else { return nil }
            defer { closedir(directory) }
            var entries = 0
            while readdir(directory) != nil { entries += 1 }
            // Not `.` and `..`, nor the descriptor this was read with.
            return max(0, entries - 3)
        }
    #endif
}
