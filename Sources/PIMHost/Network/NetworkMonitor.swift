import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tells when the network of this machine changes: by netlink on Linux, by looking every few seconds elsewhere.
///
/// News that nobody takes are gathered, so that nothing is missed and nothing grows.
public final class NetworkMonitor: Sendable {
    /// One element when there is something to take; ends when the monitor is gone.
    public let signals: AsyncStream<Void>

    private let gathered = Mutex<NetworkNews>([])
    private let signal: AsyncStream<Void>.Continuation
    // Set once before anybody else has this monitor, cancelled when nobody has it any more; cancelling is thread-safe.
    nonisolated(unsafe) private let source: any DispatchSourceProtocol

    /// Starts to listen.
    ///
    /// - Throws: `FileError` when the kernel gives no socket.
    public init() throws(FileError) {
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        let queue = DispatchQueue(label: "pim.network")
        #if os(Linux)
            let socket = try Self.open()
            let source = DispatchSource.makeReadSource(fileDescriptor: socket, queue: queue)
            self.source = source
            // Touched on the queue only.
            nonisolated(unsafe) var reader = NetlinkNews()
            source.setEventHandler { [weak self] in
                let news = Self.drain(socket, &reader)
                self?.note(news)
            }
            source.setCancelHandler { close(socket) }
        #else
            let source = DispatchSource.makeTimerSource(queue: queue)
            self.source = source
            source.schedule(deadline: .now() + 5, repeating: 5)
            nonisolated(unsafe) var known = LocalAddresses.current()
            source.setEventHandler { [weak self] in
                let present = LocalAddresses.current()
                if present != known { self?.note(.addresses) }
                known = present
            }
        #endif
        source.resume()
    }

    deinit {
        source.cancel()
        signal.finish()
    }

    /// Everything that changed since the last call.
    public func takeNews() -> NetworkNews {
        gathered.withLock { news in
            defer { news = [] }
            return news
        }
    }

    private func note(_ news: NetworkNews) {
        guard !news.isEmpty else { return }
        gathered.withLock { $0.formUnion(news) }
        signal.yield()
    }

    #if os(Linux)
        /// `sockaddr_nl`, which the C library's module leaves out.
        private struct Address {
            var family = sa_family_t(AF_NETLINK)
            var padding: UInt16 = 0
            var port: UInt32 = 0
            /// RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR, RTMGRP_IPV6_ROUTE.
            var groups: UInt32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
        }

        private static func open() throws(FileError) -> Int32 {
            let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let descriptor = socket(AF_NETLINK, kind, 0)
            guard descriptor >= 0 else { throw FileError(errno: errno, "the netlink socket", operation: "open") }
            var address = Address()
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
                }
            }
            guard bound == 0 else {
                let number = errno
                close(descriptor)
                throw FileError(errno: number, "the netlink socket", operation: "bind")
            }
            return descriptor
        }

        /// Reads all that waits. The kernel drops what does not fit and says so: then anything may have changed.
        private static func drain(_ descriptor: Int32, _ reader: inout NetlinkNews) -> NetworkNews {
            var news: NetworkNews = []
            var buffer = [UInt8](repeating: 0, count: 32 << 10)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count > 0 {
                    buffer.withUnsafeBytes { bytes in
                        news.formUnion(reader.read(UnsafeRawBufferPointer(rebasing: bytes.prefix(count))))
                    }
                } else if count < 0, errno == ENOBUFS {
                    news = [.interfaces, .addresses, .defaultRoutes]
                } else if count == 0 || errno != EINTR {
                    return news
                }
            }
        }
    #endif
}
