import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The way to the service manager that started this process (sd_notify(3)): it is told when the service is ready, reloads,
/// ends, and, if it asks for that, again and again that all is well.
///
/// Any thread may send. A manager that does not read delays the sender for a second at most, and the word is lost.
public final class NotifySocket: Sendable {
    /// How often the manager wants to hear of life at the least; `nil` when it does not ask.
    public let watchdogInterval: Duration?
    private let address: sockaddr_un
    private let length: socklen_t
    private let socket: OpenFile

    /// The variables the manager speaks with.
    static let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

    /// Takes the manager's variables out of the environment, so that programs started from here do not speak in this
    /// process's name. `nil` when there is no manager that wants to hear anything.
    ///
    /// Changes the environment, which is safe only while nothing else runs in this process: first thing.
    public static func take() -> NotifySocket? {
        var environment: [String: String] = [:]
        for name in variables {
            environment[name] = getenv(name).map { String(cString: $0) }
            unsetenv(name)
        }
        return NotifySocket(environment: environment, pid: getpid())
    }

    private let hasBeenReady = Atomic<Bool>(false)

    init?(environment: [String: String], pid: Int32) {
        guard let name = environment["NOTIFY_SOCKET"], let (address, length) = Self.address(name) else { return nil }
        #if canImport(Darwin)
            let descriptor = systemSocket(AF_UNIX, SOCK_DGRAM, 0)
        #else
            let descriptor = systemSocket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #endif
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        socket = OpenFile(descriptor: descriptor, path: name)
        self.address = address
        self.length = length
        watchdogInterval = Self.interval(environment, pid: pid)
    }

    /// Says that the service does its work, or does it again after ``reloading()``.
    public func ready() {
        hasBeenReady.store(true, ordering: .relaxed)
        send(["READY=1"])
    }

    /// Whether ``ready()`` was ever said.
    public var isKnownReady: Bool { hasBeenReady.load(ordering: .relaxed) }

    /// Says that the service reads its configuration again; ``ready()`` ends that.
    public func reloading() {
        var time = timespec()
        // The manager compares with its own reading of this clock.
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = UInt64(max(0, time.tv_sec)) &* 1_000_000 &+ UInt64(max(0, time.tv_nsec / 1000))
        send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    /// Says that the service shuts down.
    public func stopping() { send(["STOPPING=1"]) }

    /// Says that the service was looked at and is well.
    public func alive() { send(["WATCHDOG=1"]) }

    /// One line for people who ask for the state of the service.
    public func status(_ text: String) {
        send(["STATUS=\(text.replacing("\n", with: " "))"])
    }

    private func send(_ assignments: [String]) {
        let bytes = Array(assignments.joined(separator: "\n").utf8)
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = sendto(socket.descriptor, bytes, bytes.count, flags, address, length)
            }
        }
    }

    /// Half of the interval is how often a service should speak; it must be meant for this process.
    private static func interval(_ environment: [String: String], pid: Int32) -> Duration? {
        if let meant = environment["WATCHDOG_PID"], Int32(meant) != pid { return nil }
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else {
            return nil
        }
        return .microseconds(microseconds)
    }

    /// A path, or a name without a file, which begins with `@`. Other kinds of sockets are for virtual machines.
    private static func address(_ name: String) -> (sockaddr_un, socklen_t)? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) else { return nil }
        var bytes = Array(name.utf8)
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        // The NUL behind a path counts, behind a name without a file it would be part of the name.
        let used = isAbstract ? bytes.count : bytes.count + 1
        guard isAbstract || bytes.first == UInt8(ascii: "/"), bytes.count > 1, !bytes.dropFirst().contains(0),
            used <= MemoryLayout.size(ofValue: address.sun_path)
        else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return (address, socklen_t(offset + used))
    }
}

/// The system call, under a name the type's own member does not hide.
private func systemSocket(_ domain: Int32, _ type: Int32, _ transport: Int32) -> Int32 {
    socket(domain, type, transport)
}
