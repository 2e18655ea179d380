import NIOCore
import PIMCore
import PIMWire

/// Hands on the datagrams of one socket with the place they came from.
final class BeaconHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// The interface of the socket; `nil` for the one on all interfaces.
    private let interface: String?
    private let received: (_ datagram: [UInt8], BeaconSource) -> Void

    init(interface: String?, received: @escaping (_ datagram: [UInt8], BeaconSource) -> Void) {
        self.interface = interface
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let source = source(envelope.remoteAddress) else { return }
        received(Array(envelope.data.readableBytesView), source)
    }

    /// UDP has no connection to lose: what the network says about one datagram is no reason to stop listening.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    private func source(_ address: SocketAddress) -> BeaconSource? {
        guard let text = address.ipAddress else { return nil }
        guard let interface else { return IPv4Address(text).map(BeaconSource.ipv4) }
        // The scope is the socket's interface, however the system writes it.
        return IPv6Address(text.prefix { $0 != "%" }).map { .ipv6($0, interface: interface) }
    }
}
