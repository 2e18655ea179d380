import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A setting of the kernel, a file below `/proc/sys` (sysctl(8)).
public struct KernelSetting: Sendable, Hashable {
    /// Relative to `/proc/sys`, with slashes: `net/ipv4/ip_forward`.
    public let path: String

    public init(_ path: String) { self.path = path }

    private var file: String { "/proc/sys/\(path)" }

    /// The value, without the line's end.
    public func read() throws(FileError) -> String {
        let bytes = try OpenFile.open(file, O_RDONLY).readAll(limit: 65_536)
        return String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }

    /// Sets the value.
    public func write(_ value: String) throws(FileError) {
        try OpenFile.open(file, O_WRONLY).writeAll(Array(value.utf8) + [UInt8(ascii: "\n")])
    }
}

extension HostJournal {
    /// Sets a kernel setting, remembering what it was. Nothing happens when it has that value already.
    ///
    /// - Returns: Whether it was changed.
    @discardableResult
    public func set(_ setting: KernelSetting, to value: String) throws(FileError) -> Bool {
        let previous = try setting.read()
        guard previous != value else { return false }
        try record(.sysctl(path: setting.path, previous: previous))
        try setting.write(value)
        return true
    }

    /// Puts settings back to what they were before.
    ///
    /// - Parameter isOurs: Which of them, by their path; all when nothing is said.
    /// - Returns: What could not be put back, and why. It stays in the journal, unless the setting is gone with its
    ///   interface.
    @discardableResult
    public func restoreSettings(where isOurs: (String) -> Bool = { _ in true }) -> [FileError] {
        var failures: [FileError] = []
        for change in changes.reversed() {
            // Only what this daemon may ever have written there: the file's directory may be less protected than the kernel.
            guard case .sysctl(let path, let previous) = change, isOurs(path), path.hasPrefix("net/"),
                !path.split(separator: "/").contains("..")
            else { continue }
            do throws(FileError) {
                do throws(FileError) {
                    try KernelSetting(path).write(previous)
                } catch  where error.code == .notFound {}
                try forget(change)
            } catch {
                failures.append(error)
            }
        }
        return failures
    }
}
