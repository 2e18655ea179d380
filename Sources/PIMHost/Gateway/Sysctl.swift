#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The kernel's settings as files below `/proc/sys`. Names are paths, `net/ipv4/ip_forward`: interfaces have dots in theirs.
public struct Sysctl: Sendable, Hashable {
    /// A setting, and the value it is to have.
    public struct Setting: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where the settings are.
    public let root: String

    public init(root: String = "/proc/sys") {
        self.root = root
    }

    /// The file of a setting.
    public func path(of name: String) -> String { "\(root)/\(name)" }

    /// The value without the newline; `nil` when the kernel has no such setting.
    public func read(_ name: String) throws(FileError) -> String? {
        do {
            let bytes = try OpenFile.open(path(of: name), O_RDONLY).readAll(limit: 4096)
            return String(decoding: bytes, as: UTF8.self).trimmingNewline
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// Gives a setting a value. One the kernel does not have is an error.
    public func write(_ setting: Setting) throws(FileError) {
        try OpenFile.open(path(of: setting.name), O_WRONLY | O_TRUNC).writeAll(Array("\(setting.value)\n".utf8))
    }

    /// Whether this process may change a setting.
    public func isWritable(_ name: String) -> Bool {
        (try? OpenFile.open(path(of: name), O_WRONLY)) != nil
    }
}

extension String {
    fileprivate var trimmingNewline: String { last == "\n" ? String(dropLast()) : self }
}
