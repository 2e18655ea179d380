#if canImport(Darwin)
    import Darwin
    public import PIMCore
    import SystemPackage

    extension TunnelDevice {
        private static let control = "com.apple.net.utun_control"

        /// Creates a utun device (`spec/host-network.md` §2.2).
        ///
        /// - Parameter name: `utun` and a number.
        /// - Throws: `PIMError` of category *tun* that says what to do about it.
        public static func open(name: String) throws(PIMError) -> TunnelDevice {
            guard name.hasPrefix("utun"), let unit = UInt32(name.dropFirst(4)), unit < 1000 else {
                throw PIMError(.tun, "“\(name)” cannot be the name of a tunnel: here it is utun and a number")
            }
            let number = socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL)
            guard number >= 0 else { throw failure(name, errno) }
            let file = OpenFile(descriptor: number, path: name)
            var info = ctl_info()
            withUnsafeMutableBytes(of: &info.ctl_name) { $0.copyBytes(from: control.utf8) }
            guard ioctl(number, 0xc064_4e03, &info) == 0 else { throw failure(name, errno) }  // CTLIOCGINFO
            var address = sockaddr_ctl()
            address.sc_len = UInt8(MemoryLayout<sockaddr_ctl>.size)
            address.sc_family = UInt8(AF_SYSTEM)
            address.ss_sysaddr = UInt16(AF_SYS_CONTROL)
            address.sc_id = info.ctl_id
            address.sc_unit = unit + 1
            let connected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(number, $0, socklen_t(MemoryLayout<sockaddr_ctl>.size))
                }
            }
            guard connected == 0 else { throw failure(name, errno) }
            guard fcntl(number, F_SETFL, O_NONBLOCK) == 0, fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else {
                throw failure(name, errno)
            }
            return TunnelDevice(file, name: adoptedName(number), hasOffload: false, hasUDPOffload: false)
        }

        private static func failure(_ name: String, _ number: CInt) -> PIMError {
            let reason =
                switch number {
                case EPERM, EACCES:
                    "run the daemon as root, or set interface.enabled = false to run without"
                case EBUSY: "another program uses that name: choose another `interface.name`"
                default: Errno(rawValue: number).description
                }
            return PIMError(.tun, "cannot create the interface \(name): \(reason)")
        }

        static func adoptedName(_ descriptor: CInt) -> String {
            var bytes = [UInt8](repeating: 0, count: Int(IFNAMSIZ))
            var size = socklen_t(bytes.count)
            // Level SYSPROTO_CONTROL, option UTUN_OPT_IFNAME.
            guard getsockopt(descriptor, SYSPROTO_CONTROL, 2, &bytes, &size) == 0 else { return "utun" }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }

        /// The address family in front of every packet, big-endian.
        static func familyHeader(of packet: UnsafeRawBufferPointer) -> UInt32 {
            let isIPv6 = packet.first.map { $0 >> 4 == 6 } ?? false
            return UInt32(isIPv6 ? AF_INET6 : AF_INET).bigEndian
        }
    }
#endif
