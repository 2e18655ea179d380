#if os(Linux)
    public import PIMCore
    import Synchronization
    import SystemPackage

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// Asks the kernel to change interfaces, addresses, routes and rules, and what it has of them (rtnetlink(7)).
    ///
    /// One request at a time, each answered before the next: an answer takes microseconds, so calls simply wait for it. The
    /// network is the one of the thread that made the socket.
    public final class Rtnetlink: Sendable {
        /// What a request does with something that is there already, and whether it answers with a list.
        enum Flags {
            static let request: UInt16 = 0x1
            static let acknowledge: UInt16 = 0x4
            static let replace: UInt16 = 0x100
            static let exclusive: UInt16 = 0x200
            static let create: UInt16 = 0x400
            static let dump: UInt16 = 0x300
        }

        private static let bufferSize = 64 << 10
        private static let attempts = 5

        private struct Channel: ~Copyable {
            let file: OpenFile
            var sequence: UInt32 = 0
        }

        private let channel: Mutex<Channel>

        /// - Throws: `PIMError` of category *io* when the kernel gives no socket.
        public convenience init() throws(PIMError) { try self.init(protocol: 0) }

        /// - Parameter protocol: Whom of the kernel to talk to; 0 is rtnetlink.
        init(protocol: CInt) throws(PIMError) {
            let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(AF_NETLINK, kind, `protocol`)
            guard descriptor >= 0 else { throw Self.failure("open a netlink socket", errno) }
            // The kernel answers at once; if it ever does not, an error is better than a daemon that stands still.
            var patience = timeval(tv_sec: 5, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            // SOL_NETLINK, NETLINK_GET_STRICT_CHK: the kernel filters lists itself. Older ones send all of it.
            var isStrict: CInt = 1
            setsockopt(descriptor, 270, 12, &isStrict, socklen_t(MemoryLayout<CInt>.size))
            channel = Mutex(Channel(file: OpenFile(descriptor: descriptor, path: "netlink")))
        }

        /// Sends a request and waits until it was carried out.
        ///
        /// - Parameter what: What is tried, for the error: `add a rule`.
        func perform(_ request: NetlinkWriter, _ what: @autoclosure () -> String) throws(PIMError) {
            let number = channel.withLock { Self.exchange(&$0, request) { _ in } }
            guard number == 0 else { throw Self.failure(what(), number) }
        }

        /// Sends a request and gathers what is answered. A list that changed while it was taken is taken again.
        func ask(_ request: NetlinkWriter, _ what: @autoclosure () -> String) throws(PIMError) -> [NetlinkMessage] {
            for _ in 0..<Self.attempts {
                var answers: [NetlinkMessage] = []
                let number = channel.withLock { channel in
                    Self.exchange(&channel, request) { answers.append($0) }
                }
                guard number == 0 else { throw Self.failure(what(), number) }
                if !answers.contains(where: \.wasInterrupted) { return answers }
            }
            throw Self.failure(what(), EINTR)
        }

        /// - Returns: The error number, 0 when all went well.
        private static func exchange(
            _ channel: inout Channel, _ request: NetlinkWriter, _ take: (NetlinkMessage) -> Void
        ) -> Int32 {
            channel.sequence &+= 1
            let descriptor = channel.file.descriptor
            let bytes = request.finished(sequence: channel.sequence)
            guard send(descriptor, bytes, bytes.count, 0) == bytes.count else { return errno }
            var buffer = [UInt8](repeating: 0, count: bufferSize)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else {
                    if count < 0, errno == EINTR { continue }
                    return count == 0 ? EPIPE : errno
                }
                // Copies, so that the next datagram does not write over what was kept of this one.
                for message in NetlinkMessage.all(in: Array(buffer[..<count])[...])
                where message.sequence == channel.sequence {
                    let outcome = message.outcome
                    if outcome == nil || message.wasInterrupted { take(message) }
                    if let outcome { return outcome }
                }
            }
        }

        /// An error whose cause is the kernel's number, an `Errno`.
        static func failure(_ what: String, _ number: Int32) -> PIMError {
            let hint = number == EPERM ? " (it needs CAP_NET_ADMIN)" : ""
            return PIMError(.io, "cannot \(what)\(hint)", cause: Errno(rawValue: number))
        }

        /// Does what may find nothing to do: an error with one of these causes is none.
        ///
        /// - Returns: Whether anything was done.
        @discardableResult
        static func tolerating(
            _ tolerated: [Errno], _ body: () throws(PIMError) -> Void
        ) throws(PIMError) -> Bool {
            do throws(PIMError) {
                try body()
                return true
            } catch {
                guard let cause = error.cause as? Errno, tolerated.contains(cause) else { throw error }
                return false
            }
        }
    }
#endif
