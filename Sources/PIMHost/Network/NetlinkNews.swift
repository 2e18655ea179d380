/// What changed about the network of this machine.
public struct NetworkNews: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// An interface came, went, or was switched or plugged.
    public static let interfaces = NetworkNews(rawValue: 1)
    /// An address came or went, or its lifetime was extended.
    public static let addresses = NetworkNews(rawValue: 2)
    /// A default route came or went.
    public static let defaultRoutes = NetworkNews(rawValue: 4)
}

/// Reads what the kernel tells about interfaces, addresses and routes (rtnetlink(7)), and remembers which interfaces are
/// running: most of what it tells about them is not news.
struct NetlinkNews {
    /// Interfaces remembered; what is told about further ones counts as news.
    static let capacity = 4096

    /// Fields and sizes of `nlmsghdr`, `ifinfomsg` and `rtmsg`; numbers are in the machine's byte order.
    private enum Layout {
        static let header = 16
        static let interface = 16
        static let route = 12
    }

    private enum Kind {
        static let newInterface: UInt16 = 16
        static let lostInterface: UInt16 = 17
        static let newAddress: UInt16 = 20
        static let lostAddress: UInt16 = 21
        static let newRoute: UInt16 = 24
        static let lostRoute: UInt16 = 25
    }

    /// IFF_UP and IFF_RUNNING of each interface.
    private var states: [UInt32: UInt32] = [:]
    private static let stateMask: UInt32 = 0x1 | 0x40
    private static let mainTable: UInt8 = 254

    /// Reads one datagram, as far as it is well-formed.
    mutating func read(_ datagram: UnsafeRawBufferPointer) -> NetworkNews {
        var news: NetworkNews = []
        var rest = datagram[...]
        while rest.count >= Layout.header {
            let message = UnsafeRawBufferPointer(rebasing: rest)
            let length = Int(message.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
            let kind = message.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
            guard length >= Layout.header, length <= message.count else { return news }
            news.formUnion(read(kind, UnsafeRawBufferPointer(rebasing: message[Layout.header..<length])))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return news
    }

    private mutating func read(_ kind: UInt16, _ body: UnsafeRawBufferPointer) -> NetworkNews {
        switch kind {
        case Kind.newAddress, Kind.lostAddress: return .addresses
        case Kind.newInterface where body.count >= Layout.interface:
            let index = body.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            let state = body.loadUnaligned(fromByteOffset: 8, as: UInt32.self) & Self.stateMask
            guard states[index] != state else { return [] }
            if states.count < Self.capacity || states[index] != nil { states[index] = state }
            return .interfaces
        case Kind.lostInterface where body.count >= Layout.interface:
            states[body.loadUnaligned(fromByteOffset: 4, as: UInt32.self)] = nil
            return .interfaces
        case Kind.newRoute where body.count >= Layout.route, Kind.lostRoute where body.count >= Layout.route:
            return body[1] == 0 && body[4] == Self.mainTable ? .defaultRoutes : []
        default: return []
        }
    }
}
