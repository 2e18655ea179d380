#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension NetworkInterfaces {
    /// Whether an interface is switched on, and the bytes its packets may have; `nil` when there is none of that name.
    public static func state(of name: String) -> (isUp: Bool, mtu: Int)? {
        guard name.utf8.count < Int(IFNAMSIZ) else { return nil }
        let descriptor = socket(AF_INET, Int32(socketKind), 0)
        guard descriptor >= 0 else { return nil }
        let file = OpenFile(descriptor: descriptor, path: name)
        // `struct ifreq` of a 64-bit machine: the name, then a union whose first bytes are flags or the MTU.
        var request = [UInt8](repeating: 0, count: 40)
        for (position, byte) in name.utf8.enumerated() { request[position] = byte }
        guard ioctl(file.descriptor, UInt(SIOCGIFFLAGS), &request) == 0 else { return nil }
        let flags = UInt16(request[16]) | UInt16(request[17]) << 8
        guard ioctl(file.descriptor, UInt(SIOCGIFMTU), &request) == 0 else { return nil }
        let mtu = request.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: Int32.self) }
        return (flags & 1 != 0, Int(mtu))
    }

    #if canImport(Darwin)
        private static let socketKind = SOCK_DGRAM
    #else
        private static let socketKind = SOCK_DGRAM.rawValue
    #endif
}
