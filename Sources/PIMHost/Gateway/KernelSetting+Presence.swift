#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension KernelSetting {
    /// The value; `nil` when the kernel has no such setting.
    func readIfPresent() throws(FileError) -> String? {
        do throws(FileError) {
            return try read()
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Whether this process may change it.
    var isWritable: Bool { (try? OpenFile.open("/proc/sys/\(path)", O_WRONLY)) != nil }
}
