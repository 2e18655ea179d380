public import PIMCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A TUN device: what the kernel routes into it can be read here, what is written here arrives in the kernel
/// (`spec/host-network.md` §2).
///
/// The device and its routes are gone with the last descriptor, so nothing is left behind even by a crash.
///
/// Whoever reads and writes has to be done with it before `close()`: the number of a closed descriptor is soon another
/// file's.
public final class TunnelDevice: Sendable {
    /// Bytes of the header in front of every packet when ``hasOffload`` (`virtio_net_hdr`).
    public static let headerSize = 10
    /// The longest name of an interface, in bytes.
    static let longestName = 15

    /// What the kernel calls it.
    public let name: String
    /// The device's queues, at least one: what is written to a queue makes the kernel put the other direction of that flow
    /// into the same one. Non-blocking, close-on-exec. One packet per read and per write.
    public let descriptors: [CInt]
    /// The first queue.
    public let descriptor: CInt
    /// Whether every read and write begins with a header of ``headerSize`` bytes, and packets may be super-packets of TCP
    /// and lack their checksums, as the header says.
    public let hasOffload: Bool
    /// Whether the kernel also hands out super-packets of UDP.
    public let hasUDPOffload: Bool
    /// Whether addresses, routes and MTU are somebody else's business: the app's that gave the descriptor (§2.3).
    public let isConfiguredOutside: Bool

    private let queues: Mutex<[TunnelQueue]>

    init(
        _ file: consuming OpenFile, further: [TunnelQueue] = [], name: String, hasOffload: Bool, hasUDPOffload: Bool,
        isConfiguredOutside: Bool = false
    ) {
        descriptor = file.descriptor
        descriptors = [file.descriptor] + further.map(\.descriptor)
        self.name = name
        self.hasOffload = hasOffload
        self.hasUDPOffload = hasUDPOffload
        self.isConfiguredOutside = isConfiguredOutside
        queues = Mutex([TunnelQueue(file)] + further)
    }

    /// Removes the device. More calls do nothing.
    public func close() {
        queues.withLock { $0 = [] }
    }

    /// Writes one packet; does not wait, copy or allocate.
    ///
    /// - Parameters:
    ///   - header: ``headerSize`` bytes when ``hasOffload``, else empty.
    ///   - packet: An IP packet, not empty.
    ///   - queue: Which of the device's queues the flow belongs to.
    /// - Returns: Whether the kernel took it. It refuses what is no packet, and everything while the device is down.
    public func write(
        _ header: UnsafeRawBufferPointer, _ packet: UnsafeRawBufferPointer, queue: Int = 0
    ) -> Bool {
        #if canImport(Darwin)
            var family = Self.familyHeader(of: packet)
            return withUnsafeBytes(of: &family) { writeParts($0, packet, descriptor) }
        #else
            return writeParts(header, packet, descriptors.indices.contains(queue) ? descriptors[queue] : descriptor)
        #endif
    }

    private func writeParts(
        _ header: UnsafeRawBufferPointer, _ packet: UnsafeRawBufferPointer, _ descriptor: CInt
    ) -> Bool {
        // The kernel only reads: the C interface has no word for it.
        var parts = (
            iovec(iov_base: UnsafeMutableRawPointer(mutating: header.baseAddress), iov_len: header.count),
            iovec(iov_base: UnsafeMutableRawPointer(mutating: packet.baseAddress), iov_len: packet.count)
        )
        let whole = header.count + packet.count
        return withUnsafeBytes(of: &parts) { raw in
            let vectors = raw.assumingMemoryBound(to: iovec.self)
            while true {
                let written = writev(descriptor, vectors.baseAddress, 2)
                if written >= 0 || errno != EINTR { return written == whole }
            }
        }
    }

    /// Takes the descriptor that a VPN service passed in `PIM_TUN_FD`, and owns it from then on (§2.3).
    ///
    /// - Returns: `nil` when the variable is not set.
    /// - Throws: `PIMError` of category *tun* when it is no number of an open descriptor.
    public static func adopt(environment: [String: String]) throws(PIMError) -> TunnelDevice? {
        guard let text = environment["PIM_TUN_FD"] else { return nil }
        guard let number = CInt(text), number > 0 else {
            throw PIMError(.tun, "PIM_TUN_FD is “\(text)”, which is no file descriptor")
        }
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0 else { throw PIMError(.tun, "PIM_TUN_FD is \(number), and no such file is open") }
        let file = OpenFile(descriptor: number, path: "the descriptor of PIM_TUN_FD")
        guard fcntl(number, F_SETFL, flags | O_NONBLOCK) == 0, fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else {
            throw PIMError(.tun, "PIM_TUN_FD is \(number), which cannot be made non-blocking")
        }
        return TunnelDevice(
            file, name: adoptedName(number), hasOffload: false, hasUDPOffload: false, isConfiguredOutside: true)
    }
}
