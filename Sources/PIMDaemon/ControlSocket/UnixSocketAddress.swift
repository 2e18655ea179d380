internal import PIMCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The address of a Unix-domain socket in the form the kernel wants it.
///
/// Uses raw memory because C declares the path as a tuple of bytes; the bounds are checked before the copy.
struct UnixSocketAddress {
    private var storage = sockaddr_un()

    /// - Throws: `PIMError` of category `config` when the path is empty, contains a zero byte or is longer than the kernel's
    ///   field.
    init(_ path: String) throws(PIMError) {
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: storage.sun_path)
        guard !bytes.isEmpty, !bytes.contains(0) else {
            throw PIMError(.config, "the path of the control socket is empty or contains a zero byte")
        }
        guard bytes.count < capacity else {
            throw PIMError(
                .config,
                "the path of the control socket has \(bytes.count) bytes, the system allows \(capacity - 1): \(path)")
        }
        storage.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &storage.sun_path) { field in field.copyBytes(from: bytes) }
    }

    /// Calls `body` with the address; the pointer is valid during the call only.
    mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                body(address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
