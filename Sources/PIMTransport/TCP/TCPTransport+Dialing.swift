import NIOCore
import NIOPosix
public import PIMCore

extension TCPTransport {
    /// Connects to `host:port` (IPv6 in brackets). `linkOpened` with this dial, or `dialFailed`, follows in a later turn.
    ///
    /// A name is resolved anew each time, off the loop, and all of its addresses are tried, a new one every 250 ms until
    /// one answers, both families alternating (RFC 8305).
    public func dial(_ dial: DialID, address: String) {
        loop.assertInEventLoop()
        let connection: EventLoopFuture<any Channel>
        do {
            connection = try connect(to: DialAddress(address))
        } catch {
            connection = loop.makeFailedFuture(error)
        }
        connection.assumeIsolated().whenComplete { result in
            // A failure may be there already, and the caller is not to be called back from inside this call.
            self.loop.assumeIsolated().execute { self.finish(dial, result) }
        }
    }

    private func connect(to target: DialAddress) throws -> EventLoopFuture<any Channel> {
        guard !isShutDown else { throw PIMError(.transport, "this node shuts down") }
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOption(.autoRead, value: false)
            .channelInitializer { [mark = configuration.mark] channel in
                SocketTuning.setMark(mark, on: channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        if let literal = try? SocketAddress(ipAddress: target.host, port: target.port) {
            return bootstrap.connect(to: literal)
        }
        return bootstrap.resolver(resolver?()).connect(host: target.host, port: target.port)
    }

    private func finish(_ dial: DialID, _ result: Result<any Channel, any Error>) {
        switch result {
        case .failure(let error):
            observer?.dialFailed(dial, reason: SocketFailure.reason(error))
        case .success(let channel):
            guard !isShutDown, let observer else { return channel.close(promise: nil) }
            do {
                try attach(channel, direction: .dialed(dial), observer: observer)
            } catch {
                channel.close(promise: nil)
                observer.dialFailed(dial, reason: SocketFailure.reason(error))
            }
        }
    }
}
