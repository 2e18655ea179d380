import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension SecureFile {
    /// What a temporary file of a write is called: this, up to 16 hex digits, and ``temporarySuffix``.
    static func temporaryPrefix(of name: String) -> String { ".\(name.prefix(100))." }
    static let temporarySuffix = ".tmp"

    /// Removes the temporary files of writes to this path that a crash cut short. For the one process that writes the file,
    /// while it does not.
    public func removeAbandoned() {
        let whole = FilePath(path)
        guard let name = whole.lastComponent?.string, !path.utf8.contains(0) else { return }
        let parent = whole.removingLastComponent()
        guard let directory = opendir(parent.isEmpty ? "." : parent.string) else { return }
        defer { closedir(directory) }
        let prefix = Self.temporaryPrefix(of: name)
        var abandoned: [String] = []
        while let entry = readdir(directory) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) { bytes in
                bytes.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: bytes.pointee)) {
                    String(cString: $0)
                }
            }
            guard found.hasPrefix(prefix), found.hasSuffix(Self.temporarySuffix) else { continue }
            let middle = found.dropFirst(prefix.count).dropLast(Self.temporarySuffix.count)
            if (1...16).contains(middle.count), middle.allSatisfy(\.isHexDigit) { abandoned.append(found) }
        }
        for found in abandoned { unlinkat(dirfd(directory), found, 0) }
    }
}
