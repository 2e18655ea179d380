#if os(Linux)
    public import PIMCore
    import SystemPackage

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    extension TunnelDevice {
        /// Requests and flags of <linux/if_tun.h>.
        private enum Tun {
            static let setInterface: UInt = 0x4004_54ca
            static let getInterface: UInt = 0x8004_54d2
            static let setOffload: UInt = 0x4004_54d0
            static let setHeaderSize: UInt = 0x4004_54d8
            static let setLittleEndian: UInt = 0x4004_54dc
            /// IFF_TUN and IFF_NO_PI: IP packets, nothing in front of them.
            static let packets: UInt16 = 0x0001 | 0x1000
            static let virtioHeader: UInt16 = 0x4000
            static let manyQueues: UInt16 = 0x0100
            /// Fails when the device is there already; with many queues the kernel would add one to another program's device.
            static let exclusive: UInt16 = 0x8000
            /// Checksums left to us, and super-packets of TCP over both versions.
            static let tcp: CInt = 0x01 | 0x02 | 0x04
            /// Super-packets of UDP, since Linux 6.2.
            static let udp: CInt = 0x20 | 0x40
        }

        /// Flows that do not share a queue do not wait for each other before they are read.
        private static let queueCount = 8

        /// `struct ifreq` of a 64-bit machine: the name, and a union of which the first two bytes are flags here. A shorter
        /// one would let the kernel write behind it.
        private struct Request {
            static let size = 40
            var bytes = [UInt8](repeating: 0, count: size)

            init(name: String = "", flags: UInt16 = 0) {
                for (position, byte) in name.utf8.enumerated() { bytes[position] = byte }
                withUnsafeBytes(of: flags) { bytes.replaceSubrange(16..<18, with: $0) }
            }

            var name: String { String(decoding: bytes[..<16].prefix { $0 != 0 }, as: UTF8.self) }
        }

        /// Creates the device, down and without addresses, with as much offload as the kernel has.
        ///
        /// - Parameter name: 1 to 15 bytes; the kernel has the last word, see ``name``.
        /// - Throws: `PIMError` of category *tun* that says what to do about it.
        public static func open(name: String) throws(PIMError) -> TunnelDevice {
            guard isUsable(name) else {
                throw PIMError(
                    .tun, "“\(name)” cannot be the name of an interface: 1 to \(longestName) letters or digits")
            }
            if let device = try open(name, flags: Tun.packets | Tun.virtioHeader) { return device }
            let file = try create(name, flags: Tun.packets | Tun.exclusive)
            let given = adoptedName(file.descriptor)
            return TunnelDevice(file, name: given, hasOffload: false, hasUDPOffload: false)
        }

        /// A device with offload, or `nil` when the kernel has none.
        private static func open(_ name: String, flags: UInt16) throws(PIMError) -> TunnelDevice? {
            let file = try create(name, flags: flags | Tun.manyQueues | Tun.exclusive)
            let descriptor = file.descriptor
            var size = CInt(headerSize)
            var littleEndian: CInt = 1
            guard ioctl(descriptor, Tun.setHeaderSize, &size) == 0,
                ioctl(descriptor, Tun.setLittleEndian, &littleEndian) == 0
            else { return nil }
            let hasUDP = ioctl(descriptor, Tun.setOffload, Tun.tcp | Tun.udp) == 0
            guard hasUDP || ioctl(descriptor, Tun.setOffload, Tun.tcp) == 0 else { return nil }
            let given = adoptedName(descriptor)
            let further = (1..<queueCount).compactMap { _ in
                try? TunnelQueue(create(given, flags: flags | Tun.manyQueues))
            }
            return TunnelDevice(
                file, further: further, name: given, hasOffload: true, hasUDPOffload: hasUDP)
        }

        private static func create(_ name: String, flags: UInt16) throws(PIMError) -> OpenFile {
            let file: OpenFile
            do {
                file = try OpenFile.open("/dev/net/tun", O_RDWR | O_NONBLOCK)
            } catch {
                throw failure(name, error.systemError ?? EIO)
            }
            var request = Request(name: name, flags: flags)
            guard ioctl(file.descriptor, Tun.setInterface, &request.bytes) == 0 else { throw failure(name, errno) }
            return file
        }

        private static func failure(_ name: String, _ number: CInt) -> PIMError {
            let without = ", or set interface.enabled = false to run without"
            let reason =
                switch number {
                case EACCES: "the permissions of /dev/net/tun do not let this user open it: change them\(without)"
                case EPERM:
                    "it needs CAP_NET_ADMIN: run the daemon as root, by its systemd unit, by "
                        + "`\(ProcessCapabilities.granting)`\(without)"
                case ENOENT, ENXIO, ENODEV: "this kernel has no TUN devices: try `modprobe tun`\(without)"
                case EBUSY, EINVAL, EEXIST:
                    "there is another interface of that name: stop the program that made it, or choose another "
                        + "`interface.name`"
                default: Errno(rawValue: number).description
                }
            return PIMError(.tun, "cannot create the interface \(name): \(reason)")
        }

        /// What the kernel accepts and no text that is written elsewhere misreads.
        private static func isUsable(_ name: String) -> Bool {
            (1...longestName).contains(name.utf8.count) && name != "." && name != ".."
                && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"/:%\"'\\".utf8.contains($0) }
        }

        static func adoptedName(_ descriptor: CInt) -> String {
            var request = Request()
            return ioctl(descriptor, Tun.getInterface, &request.bytes) == 0 ? request.name : "tun"
        }
    }
#endif
