public import NIOCore
import NIOPosix
public import PIMCore
public import PIMWire

/// The UDP sockets of discovery: one for IPv4 on every interface, one for the IPv6 group on each (`spec/discovery.md` §5,
/// §12.6, §12.7).
///
/// IPv4 beacons go to the broadcast address of each network instead of 255.255.255.255, for which a default route would be
/// needed, and which would lead into the mesh once that has one. Several nodes of one machine share the port.
///
/// `@unchecked Sendable`: every stored variable is touched on `loop` only, and every method asserts that it is there.
public final class BeaconSockets: @unchecked Sendable {
    /// `ff02::5049:4d44`, the letters PIMD: who listens there wants beacons.
    public static let group = IPv6Address(high: 0xff02 << 48, low: 0x5049_4d44)

    private let loop: any EventLoop
    private let port: Int
    private let mark: UInt32?
    private let received: (_ datagram: [UInt8], BeaconSource) -> Void
    private var networks: [BeaconNetwork] = []
    private var ipv4: (any Channel)?
    private var ipv6: [Place: any Channel] = [:]
    private var opening: Set<Place> = []
    private var isClosed = false

    /// What a socket is for. An interface that was replaced by another one of its name has another index.
    private enum Place: Hashable, Comparable, CustomStringConvertible {
        case ipv4
        case ipv6(index: UInt32, name: String)

        var description: String {
            switch self {
            case .ipv4: "IPv4"
            case .ipv6(_, let name): "IPv6 on \(name)"
            }
        }
    }

    /// - Parameters:
    ///   - loop: A loop of a `MultiThreadedEventLoopGroup`.
    ///   - port: `discovery.port`.
    ///   - mark: As ``TCPConfiguration/mark``.
    ///   - received: Called on `loop` with a beacon, or with something else somebody sent here; until `close()`.
    public init(
        loop: any EventLoop, port: UInt16, mark: UInt32? = nil,
        received: @escaping (_ datagram: [UInt8], BeaconSource) -> Void
    ) {
        self.loop = loop
        self.port = Int(port)
        self.mark = mark
        self.received = received
    }

    /// What is sent to from now on. Sockets that are missing are opened, needless ones closed.
    ///
    /// - Returns: What could not be opened, and why.
    public func update(_ networks: [BeaconNetwork]) -> EventLoopFuture<[String: String]> {
        loop.assertInEventLoop()
        guard !isClosed else { return loop.makeSucceededFuture([:]) }
        self.networks = networks
        let wanted = Set(networks.filter(\.hasIPv6).map { Place.ipv6(index: $0.index, name: $0.name) })
        for (place, channel) in ipv6 where !wanted.contains(place) {
            ipv6[place] = nil
            channel.close(promise: nil)
        }
        var missing = wanted.subtracting(ipv6.keys)
        if ipv4 == nil { missing.insert(.ipv4) }
        return failures(missing.subtracting(opening).sorted().map { ("\($0)", open($0)) })
    }

    /// Sends one datagram to every network there is.
    ///
    /// - Returns: What went wrong, by the address it was meant for. Nothing about IPv6, which is an extra and on a new
    ///   interface not ready for a while.
    public func send(_ datagram: [UInt8]) -> EventLoopFuture<[String: String]> {
        loop.assertInEventLoop()
        let buffer = ByteBuffer(bytes: datagram)
        for (place, channel) in ipv6 {
            guard let target = groupAddress(at: place) else { continue }
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: target, data: buffer), promise: nil)
        }
        guard let ipv4 else { return loop.makeSucceededFuture([:]) }
        return failures(
            Set(networks.flatMap(\.broadcasts)).sorted().compactMap { address in
                guard let target = try? SocketAddress(ipAddress: "\(address)", port: port) else { return nil }
                return ("\(address)", ipv4.writeAndFlush(AddressedEnvelope(remoteAddress: target, data: buffer)))
            })
    }

    /// Closes everything, for good.
    public func close() {
        loop.assertInEventLoop()
        isClosed = true
        let channels = ipv6.values + [ipv4].compactMap(\.self)
        ipv4 = nil
        ipv6 = [:]
        for channel in channels { channel.close(promise: nil) }
    }

    /// Gathers what failed, under its name.
    private func failures(_ works: [(String, EventLoopFuture<Void>)]) -> EventLoopFuture<[String: String]> {
        let outcomes = works.map { name, work in
            work.map { nil as (String, String)? }.flatMapError { error in
                self.loop.makeSucceededFuture((name, SocketFailure.reason(error)))
            }
        }
        return EventLoopFuture.whenAllSucceed(outcomes, on: loop).map { outcomes in
            Dictionary(outcomes.compactMap(\.self), uniquingKeysWith: { first, _ in first })
        }
    }

    // MARK: Opening

    private func open(_ place: Place) -> EventLoopFuture<Void> {
        opening.insert(place)
        let opened = bind(place).assumeIsolated().flatMapThrowing { channel in
            self.opening.remove(place)
            try self.keep(channel, at: place)
        }
        opened.whenFailure { _ in self.opening.remove(place) }
        return opened.nonisolated()
    }

    private func bind(_ place: Place) -> EventLoopFuture<any Channel> {
        guard case .ipv6(_, let name) = place else { return bootstrap(on: nil).bind(host: "0.0.0.0", port: port) }
        // A socket bound to the group on one interface hears that interface only: so it is known on which one a
        // link-local address means something.
        guard let group = groupAddress(at: place), let device = Self.device(name) else {
            return loop.makeFailedFuture(PIMError(.transport, "\(name) has no IPv6"))
        }
        return bootstrap(on: name).bind(to: group).flatMap { channel in
            guard let multicast = channel as? any MulticastChannel else {
                return channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
            }
            return multicast.joinGroup(group, device: device).map { channel }.flatMapErrorThrowing { error in
                channel.close(promise: nil)
                throw error
            }
        }
    }

    private func keep(_ channel: any Channel, at place: Place) throws {
        guard !isClosed else {
            channel.close(promise: nil)
            throw ChannelError.alreadyClosed
        }
        if case .ipv4 = place { ipv4 = channel } else { ipv6[place] = channel }
        // A socket may end by itself, with its interface for one: the next update opens it again.
        channel.closeFuture.assumeIsolated().whenComplete { [weak self, weak channel] _ in
            guard let self, let channel else { return }
            if ipv4 === channel { ipv4 = nil }
            if ipv6[place] === channel { ipv6[place] = nil }
        }
    }

    private func bootstrap(on interface: String?) -> DatagramBootstrap {
        #if canImport(Darwin)
            let reusePort = NIOBSDSocket.Option(rawValue: 0x200)
        #else
            let reusePort = NIOBSDSocket.Option(rawValue: 15)
        #endif
        return DatagramBootstrap(group: loop)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            .channelOption(.socketOption(reusePort), value: 1)
            .channelOption(.socketOption(.so_broadcast), value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Beacon.largestDatagram))
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    SocketTuning.setMark(mark, on: channel)
                    try channel.pipeline.syncOperations.addHandler(
                        BeaconHandler(interface: interface) { [weak self] datagram, source in
                            guard let self, !isClosed else { return }
                            received(datagram, source)
                        })
                }
            }
    }

    private func groupAddress(at place: Place) -> SocketAddress? {
        guard case .ipv6(_, let name) = place else { return nil }
        // No name is looked up: the text is an address with its scope.
        return try? SocketAddress.makeAddressResolvingHost("\(Self.group)%\(name)", port: port)
    }

    private static func device(_ name: String) -> NIONetworkDevice? {
        try? System.enumerateDevices().first { $0.name == name && $0.address?.protocol == .inet6 }
    }
}
