import PIMClient
import PIMCore
import PIMRPC

/// The connection of a chat, made again when the daemon comes back.
struct ChatLink: Sendable {
    enum News: Sendable {
        case connected(ControlClient)
        case event(MessageEvent)
        /// Events were lost on the way here.
        case lagged
        case lost(String)
        /// The daemon will not have this: no messaging, for instance.
        case refused(RPCError)
    }

    let socket: String

    /// Until the task is cancelled or the daemon refuses.
    func run(first client: ControlClient, _ deliver: @Sendable (News) -> Void) async {
        var next: ControlClient? = client
        while !Task.isCancelled {
            do {
                let client: ControlClient
                if let made = next {
                    client = made
                } else {
                    client = try await ControlClient.connect(to: socket, as: Pim.clientName, timeout: .seconds(3))
                }
                next = nil
                deliver(.connected(client))
                for await event in client.events where event.belongs(to: .messages) {
                    if let notice: LaggedNotice = try? event.decode(), notice.kind == LaggedNotice.kind {
                        deliver(.lagged)
                    } else if let event: MessageEvent = try? event.decode() {
                        deliver(.event(event))
                    }
                }
                await client.close()
                if !Task.isCancelled { deliver(.lost("the daemon closed the connection")) }
            } catch let error as RPCError {
                return deliver(.refused(error))
            } catch {
                // Not there yet.
            }
            try? await Task.sleep(for: .milliseconds(300))
        }
    }
}
