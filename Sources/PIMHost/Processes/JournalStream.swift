#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether what a process writes goes to the journal of systemd.
public enum JournalStream {
    /// Whether a descriptor is the stream that `JOURNAL_STREAM` names by device and inode (systemd.exec(5)). The variable
    /// alone says little: it is inherited by programs whose output was redirected since.
    public static func isJournal(_ descriptor: Int32, environment: [String: String]) -> Bool {
        let numbers = environment["JOURNAL_STREAM"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        guard numbers.count == 2, let device = UInt64(numbers[0]), let inode = UInt64(numbers[1]) else { return false }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
    }
}
