public import PIMCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file that holds a node's identity: exactly 32 bytes, the raw Ed25519 seed. `spec/crypto.md` §2 and §12.15.
///
/// The only part of this module that touches the operating system. Blocking; call it at start.
public struct IdentityFile: Sendable {
    /// An identity and what happened on the way to it.
    public struct Loaded: Sendable {
        public var identity: Identity
        /// Whether this call made the file.
        public var created: Bool
        /// Whether others could read or write the file, and no longer can. Worth a warning: the key may be known.
        public var repairedMode: Bool
    }

    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// Reads the file and takes access away from everybody but the owner.
    ///
    /// - Throws: `PIMError` of category `io` when it is missing, is no regular file, cannot be read, has not 32 bytes, or is
    ///   open to others and that cannot be repaired.
    public func load() throws(PIMError) -> Loaded {
        guard let loaded = try loadIfPresent() else { throw PIMError(.io, "identity file \(path) not found") }
        return loaded
    }

    /// Reads the file, or makes one with a new identity if there is none.
    ///
    /// The new file appears whole or not at all: it is written beside its place, synced, and linked into place
    /// exclusively. If another process was faster, its identity is loaded. Missing parent directories are made, mode 0700.
    ///
    /// - Parameter random: must be cryptographically secure outside of tests.
    public func loadOrCreate(using random: inout some RandomNumberGenerator) throws(PIMError) -> Loaded {
        if let loaded = try loadIfPresent() { return loaded }
        let identity: Identity
        do {
            identity = try Identity(using: &random)
        } catch {
            throw PIMError(error)
        }
        try makeParents()
        let temporary = "\(path).\(Hex.encode(random.bytes(8))).tmp"
        try write(identity, to: temporary)
        defer { unlink(temporary) }
        guard link(temporary, path) == 0 else {
            guard errno == EEXIST else { throw Self.failure("cannot put identity file \(path) into place") }
            return try load()
        }
        try syncDirectory()
        return Loaded(identity: identity, created: true, repairedMode: false)
    }

    /// `nil` when there is no such file.
    private func loadIfPresent() throws(PIMError) -> Loaded? {
        // Non-blocking, so that a FIFO in its place does not hang the start.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.failure("cannot open identity file \(path)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("cannot examine identity file \(path)") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw PIMError(.io, "identity file \(path) is not a regular file")
        }
        let isOpenToOthers = status.st_mode & 0o077 != 0
        if isOpenToOthers, fchmod(descriptor, 0o600) != 0 {
            throw Self.failure("identity file \(path) has mode \(String(status.st_mode & 0o777, radix: 8)), not 600")
        }
        var seed = [UInt8](repeating: 0, count: Identity.seedByteCount + 1)
        defer { Wiping.wipe(&seed) }
        let count = try read(into: &seed, from: descriptor)
        guard count == Identity.seedByteCount, status.st_size == off_t(count) else {
            throw PIMError(.io, "identity file \(path) must have exactly 32 bytes, it has \(status.st_size)")
        }
        seed.removeLast()
        do {
            return Loaded(identity: try Identity(seed: seed), created: false, repairedMode: isOpenToOthers)
        } catch {
            throw PIMError(error)
        }
    }

    private func read(into buffer: inout [UInt8], from descriptor: Int32) throws(PIMError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = buffer.withUnsafeMutableBytes { bytes in
                let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
                #if canImport(Glibc)
                    return Glibc.read(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                    return Musl.read(descriptor, rest.baseAddress, rest.count)
                #else
                    return Darwin.read(descriptor, rest.baseAddress, rest.count)
                #endif
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure("cannot read identity file \(path)")
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    private func write(_ identity: Identity, to temporary: String) throws(PIMError) {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure("cannot create \(temporary)") }
        let isWritten = identity.withSeed { seed in
            #if canImport(Glibc)
                let count = Glibc.write(descriptor, seed.baseAddress, seed.count)
            #elseif canImport(Musl)
                let count = Musl.write(descriptor, seed.baseAddress, seed.count)
            #else
                let count = Darwin.write(descriptor, seed.baseAddress, seed.count)
            #endif
            return count == seed.count
        }
        guard isWritten, fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else {
            let failure = Self.failure("cannot write identity file \(temporary)")
            close(descriptor)
            unlink(temporary)
            throw failure
        }
        close(descriptor)
    }

    /// The directory part of the path, with its slash; `./` for a bare name.
    private var directory: Substring {
        path.lastIndex(of: "/").map { path[...$0] } ?? "./"
    }

    private func makeParents() throws(PIMError) {
        var end = path.startIndex
        while let slash = path[end...].firstIndex(of: "/") {
            end = path.index(after: slash)
            let parent = String(path[..<slash])
            if parent.isEmpty { continue }
            if mkdir(parent, 0o700) == 0 || errno == EEXIST { continue }
            // A directory above may be there and refuse to be asked: only the last word counts.
            if access(parent, F_OK) != 0 { throw Self.failure("cannot create directory \(parent)") }
        }
    }

    /// Makes the new name survive a power cut.
    private func syncDirectory() throws(PIMError) {
        let descriptor = open(String(directory), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("cannot open directory \(directory)") }
        defer { close(descriptor) }
        // Some file systems do not sync directories and say so; there is nothing better to do on them.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw Self.failure("cannot sync directory \(directory)")
        }
    }

    private static func failure(_ what: String) -> PIMError {
        PIMError(.io, "\(what): \(String(cString: strerror(errno)))")
    }
}
