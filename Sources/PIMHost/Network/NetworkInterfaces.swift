import PIMCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The network interfaces of this machine.
public enum NetworkInterfaces {
    /// All interfaces at this instant, by name; their addresses in a stable order. Takes well under a millisecond.
    ///
    /// - Throws: `FileError` when the kernel does not tell.
    public static func current() throws(FileError) -> [NetworkInterface] {
        var head: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&head) == 0 else { throw FileError(errno: errno, "network interfaces", operation: "list") }
        defer { freeifaddrs(head) }
        var interfaces: [String: NetworkInterface] = [:]
        var next = head
        while let entry = next?.pointee {
            add(entry, to: &interfaces)
            next = entry.ifa_next
        }
        return interfaces.values.sorted { $0.name < $1.name }.map { interface in
            var interface = interface
            interface.ipv4.sort { $0.address < $1.address }
            interface.ipv6.sort()
            return interface
        }
    }

    /// Of <net/if.h>, as numbers: C libraries differ in how they declare them, and most agree on what they are.
    private enum Flags {
        static let up = 0x1
        static let broadcast = 0x2
        static let loopback = 0x8
        static let pointToPoint = 0x10
        static let running = 0x40
        #if canImport(Darwin)
            static let multicast = 0x8000
        #else
            static let multicast = 0x1000
        #endif
    }

    /// One row of the kernel's list: an interface, with one address or none.
    private static func add(_ entry: ifaddrs, to interfaces: inout [String: NetworkInterface]) {
        guard let label = entry.ifa_name else { return }
        // An alias such as "eth0:1" is an address of the interface before the colon.
        let name = String(String(cString: label).prefix { $0 != ":" })
        let has = { (flag: Int) in Int(truncatingIfNeeded: entry.ifa_flags) & flag != 0 }
        var interface =
            interfaces[name]
            ?? NetworkInterface(
                name: name, index: if_nametoindex(name), isRunning: has(Flags.up) && has(Flags.running),
                isLoopback: has(Flags.loopback), isPointToPoint: has(Flags.pointToPoint),
                canMulticast: has(Flags.multicast))
        defer { interfaces[name] = interface }
        guard let address = entry.ifa_addr else { return }
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let own = ipv4(address)
            guard let mask = entry.ifa_netmask.map(ipv4),
                let network = IPv4Prefix(own, length: mask.rawValue.nonzeroBitCount)
            else { return }
            // In a /31 and a /32 every address is a host's.
            let everybody = IPv4Address(rawValue: network.network.rawValue | network.hostMask)
            let hasBroadcast = has(Flags.broadcast) && network.length < 31
            interface.ipv4.append(.init(address: own, network: network, broadcast: hasBroadcast ? everybody : nil))
        case AF_INET6:
            interface.ipv6.append(ipv6(address))
        default: break
        }
    }

    private static func ipv4(_ address: UnsafeMutablePointer<sockaddr>) -> IPv4Address {
        address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
            IPv4Address(rawValue: UInt32(bigEndian: address.pointee.sin_addr.s_addr))
        }
    }

    private static func ipv6(_ address: UnsafeMutablePointer<sockaddr>) -> IPv6Address {
        address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
            withUnsafeBytes(of: address.pointee.sin6_addr) { bytes in
                IPv6Address(
                    high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            }
        }
    }
}
