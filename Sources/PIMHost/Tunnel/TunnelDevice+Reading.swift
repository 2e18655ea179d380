public import PIMCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension TunnelDevice {
    /// Bytes in front of every packet that is read: a `virtio_net_hdr`, or an address family on Darwin.
    public var readPrefix: Int {
        #if canImport(Darwin)
            4
        #else
            hasOffload ? Self.headerSize : 0
        #endif
    }

    /// Reads one packet; does not wait or allocate.
    ///
    /// - Returns: Its bytes, with what stands in front of it; `nil` when there is none now.
    public func readPacket(into buffer: UnsafeMutableRawBufferPointer, queue: Int) -> Int? {
        guard descriptors.indices.contains(queue) else { return nil }
        #if canImport(Glibc)
            let count = Glibc.read(descriptors[queue], buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            let count = Musl.read(descriptors[queue], buffer.baseAddress, buffer.count)
        #else
            let count = Darwin.read(descriptors[queue], buffer.baseAddress, buffer.count)
        #endif
        return count > 0 ? count : nil
    }

    /// A second descriptor of each queue, for whoever watches and reads it and closes it afterwards.
    ///
    /// - Throws: `PIMError` of category *tun* when the process has no descriptor left.
    public func duplicates() throws(PIMError) -> [CInt] {
        var copies: [CInt] = []
        for descriptor in descriptors {
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else {
                for copy in copies { _ = TunnelQueue(OpenFile(descriptor: copy, path: name)) }
                throw PIMError(.tun, "cannot watch \(name): no descriptor is left")
            }
            copies.append(copy)
        }
        return copies
    }
}
