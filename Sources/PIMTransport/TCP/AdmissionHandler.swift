import NIOCore
import NIOPosix
import PIMCore

/// Turns connections away right behind `accept`, before anything is set up for them, and hands the others over to the
/// loop of the links: under a flood most connections are turned away, and a newcomer stands in the same queue of the
/// kernel behind them.
///
/// Confined to the loop of its listener.
final class AdmissionHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// `struct linger` of `<sys/socket.h>`, which the library takes and does not name.
    private struct Linger: Sendable {
        var isOn: CInt = 1
        var seconds: CInt = 0
    }

    private let admission: Admission
    private let callLinks: () -> Void

    /// - Parameter callLinks: Has the loop of the links look after its errands.
    init(_ admission: Admission, callLinks: @escaping () -> Void) {
        self.admission = admission
        self.callLinks = callLinks
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let now = MonotonicTime.onLoops
        switch admission.admit(from: AddressGroup(connection.remoteAddress), at: now) {
        case .refuse:
            refuse(connection)
        case .admit(let link):
            do {
                let detached = try DetachedConnection(takenFrom: connection)
                admission.arrived(Admission.Arrival(link: link, connection: detached))
            } catch {
                admission.remove(link)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if admission.wantsAttention() { callLinks() }
        context.fireChannelReadComplete()
    }

    /// Resets the connection: nothing of it stays in the kernel, as it would until the other end has closed too.
    private func refuse(_ connection: any Channel) {
        _ = (connection as? any SocketOptionProvider)?
            .unsafeSetSocketOption(level: .socket, name: .so_linger, value: Linger())
        connection.close(promise: nil)
    }
}
