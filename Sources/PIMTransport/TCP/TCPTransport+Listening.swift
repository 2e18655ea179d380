import NIOCore
import NIOPosix
public import PIMCore
import SystemPackage

extension TCPTransport {
    /// Listens on an address, or on every address of both families when it is a wildcard (`0.0.0.0` or `::`).
    ///
    /// - Parameters:
    ///   - host: An IP address of this machine.
    ///   - port: 0 lets the system choose one, the same for both families.
    /// - Throws: `PIMError` of category *transport* when the address is not free or not ours.
    public func listen(host: String = "0.0.0.0", port: Int) async throws(PIMError) -> TCPListening {
        do {
            let first = try await bind(host, port)
            guard let other = Self.otherWildcard(of: host) else {
                return TCPListening(port: first.port, addresses: [first.text], warning: nil)
            }
            do {
                let second = try await bind(other, first.port)
                return TCPListening(port: first.port, addresses: [first.text, second.text], warning: nil)
            } catch {
                let warning = "not listening on \(other) port \(first.port): \(SocketFailure.reason(error))"
                return TCPListening(port: first.port, addresses: [first.text], warning: warning)
            }
        } catch {
            let advice = " (another program has the port; transport.listen_port names another one)"
            let hint = Self.isTaken(error) ? advice : ""
            throw PIMError(
                .transport, "cannot listen on \(host) port \(port): \(SocketFailure.reason(error))\(hint)")
        }
    }

    private static func isTaken(_ error: any Error) -> Bool {
        (error as? IOError).map { Errno(rawValue: $0.errnoCode) == .addressInUse } ?? false
    }

    private static func otherWildcard(of host: String) -> String? {
        switch host {
        case "0.0.0.0": "::"
        case "::": "0.0.0.0"
        default: nil
        }
    }

    private func bind(_ host: String, _ port: Int) async throws -> (port: Int, text: String) {
        let address = try SocketAddress(ipAddress: host, port: port)
        let channel = try await listener(for: address).bind(to: address).get()
        try await loop.submit { [self] in
            guard !isShutDown else {
                channel.close(promise: nil)
                throw ChannelError.alreadyClosed
            }
            listeners.append(channel)
        }.get()
        guard let bound = channel.localAddress, let chosen = bound.port else { throw ChannelError.unknownLocalAddress }
        return (chosen, Self.text(bound))
    }

    private func listener(for address: SocketAddress) -> ServerBootstrap {
        let bootstrap = ServerBootstrap(group: acceptLoop)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // A newcomer stands behind everybody who connected before, so the queue has to move on under a flood.
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            .serverChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    // The answer to a connection leaves before that is accepted.
                    SocketTuning.setMark(configuration.mark, on: channel)
                    // Without it, running out of descriptors would make the loop spin.
                    let handler = AcceptBackoffHandler(shouldForwardIOErrorCaught: false)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    let doorkeeper = AdmissionHandler(admission) { [self] in
                        loop.execute { [self] in attendToAdmission() }
                    }
                    try channel.pipeline.syncOperations.addHandler(doorkeeper)
                }
            }
        guard address.protocol == .inet6 else { return bootstrap }
        let ipv6Only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
        return bootstrap.serverChannelOption(ipv6Only, value: 1)
    }
}
