internal import PIMCore
internal import PIMHost
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A listening Unix-domain socket and its name in the file system.
///
/// Claiming the name never takes it from a live daemon: under a lock, an existing socket is asked by connecting, and only
/// one that nobody listens on is removed (`spec/rpc.md` §10.4). The socket is never open to more than owner and group, and
/// the name is removed at the end if it is still this socket's.
final class ListeningSocket: Sendable {
    let path: String
    private let device: dev_t
    private let inode: ino_t
    /// `nil` once somebody took it over.
    private let descriptor: Mutex<Int32?>
    /// A second descriptor, `nil` once removed: while it is open the kernel gives the inode number to no other file.
    private let pin: Mutex<Int32?>

    private init(path: String, descriptor: Int32, pin: Int32, status: stat) {
        self.path = path
        self.pin = Mutex(pin)
        device = status.st_dev
        inode = status.st_ino
        self.descriptor = Mutex(descriptor)
    }

    deinit { remove() }

    /// Binds and listens; connections wait in the kernel until somebody accepts them.
    ///
    /// - Throws: `PIMError` of category `io`; for a live daemon at the path it names its process.
    /// - Parameter group: Whom the socket is given to.
    static func claim(
        _ path: String, group: UserGroup? = nil, backlog: Int32 = 128
    ) throws(PIMError) -> ListeningSocket {
        var address = try UnixSocketAddress(path)
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let lock: FileLock
        do {
            if !directory.isEmpty, try SecureFile.createDirectory(directory), let group {
                // The way to the socket, and nothing else in there.
                guard lchown(directory, uid_t.max, group.id) == 0, chmod(directory, 0o710) == 0 else {
                    throw failure(path, "open the way for the group \(group.name) to")
                }
            }
            lock = try FileLock.acquire(path + ".lock", removingFile: true)
        } catch {
            throw PIMError(.io, "cannot prepare the control socket \(path)", cause: error)
        }
        defer { lock.release() }

        try removeStale(path, &address)
        let descriptor = try openSocket(path)
        do throws(PIMError) {
            return try bind(descriptor, path, group, &address, backlog: backlog)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Hands the descriptor over to somebody who will close it.
    func takeDescriptor() -> Int32? {
        descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
    }

    /// Removes the name, unless it leads somewhere else by now, and stops listening unless the descriptor was taken over.
    /// Doing it twice is harmless.
    func remove() {
        if let descriptor = takeDescriptor() { close(descriptor) }
        pin.withLock { pin in
            guard let open = pin else { return }
            pin = nil
            var present = stat()
            if lstat(path, &present) == 0, present.st_dev == device, present.st_ino == inode { unlink(path) }
            close(open)
        }
    }

    private static func failure(_ path: String, _ what: String) -> PIMError {
        PIMError(.io, "cannot \(what) the control socket \(path): \(String(cString: strerror(errno)))")
    }

    private static func openSocket(_ path: String) throws(PIMError) -> Int32 {
        #if canImport(Darwin)
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #else
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        guard descriptor >= 0 else { throw failure(path, "create") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func bind(
        _ descriptor: Int32, _ path: String, _ group: UserGroup?, _ address: inout UnixSocketAddress, backlog: Int32
    ) throws(PIMError) -> ListeningSocket {
        #if canImport(Darwin)
            // Other threads create files too: the mask is put back at once.
            let mask = umask(0o117)
            defer { umask(mask) }
        #else
            // Linux gives the name the mode of the socket, less the mask, so that it is narrow from its first moment without
            // touching the mask of the process.
            guard fchmod(descriptor, 0o660) == 0 else { throw failure(path, "restrict") }
        #endif
        let bound = address.withPointer { systemBind(descriptor, $0, $1) }
        guard bound == 0 else { throw failure(path, "bind") }
        if let group, lchown(path, uid_t.max, group.id) != 0 {
            let error = failure(path, "give the group \(group.name)")
            unlink(path)
            throw error
        }
        var status = stat()
        let pin = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard chmod(path, 0o660) == 0, lstat(path, &status) == 0, listen(descriptor, backlog) == 0, pin >= 0 else {
            let error = failure(path, "listen on")
            unlink(path)
            if pin >= 0 { close(pin) }
            throw error
        }
        return ListeningSocket(path: path, descriptor: descriptor, pin: pin, status: status)
    }

    /// Makes room for a new socket, but only if nobody is there.
    private static func removeStale(_ path: String, _ address: inout UnixSocketAddress) throws(PIMError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw failure(path, "look at")
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw PIMError(.io, "\(path) exists and is not a socket; it was left alone")
        }
        let probe = try openSocket(path)
        defer { close(probe) }
        // A daemon whose queue of connections is full must not make this one wait.
        _ = fcntl(probe, F_SETFL, O_NONBLOCK)
        if address.withPointer({ connect(probe, $0, $1) }) == 0 {
            let holder = try? PeerCredentials(ofSocket: probe)
            let process = holder.map { " (pid \($0.pid))" } ?? ""
            throw PIMError(.io, "a daemon\(process) already listens on \(path)")
        }
        switch errno {
        case ECONNREFUSED:
            guard unlink(path) == 0 || errno == ENOENT else { throw failure(path, "replace") }
        case ENOENT: return
        case EAGAIN, EINPROGRESS: throw PIMError(.io, "a daemon already listens on \(path) and is busy")
        default: throw failure(path, "probe")
        }
    }
}

/// The system call, under a name the type's own `bind` does not hide.
private func systemBind(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(descriptor, address, length)
}
