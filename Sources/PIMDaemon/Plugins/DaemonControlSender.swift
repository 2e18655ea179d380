internal import PIMCore
internal import PIMHost
internal import PIMPlugin

/// Sends for plugins, by the payload sender of the mesh.
struct DaemonControlSender: ControlSender {
    let sender: PayloadSender

    func send(_ payload: OutboundPayload, to destination: NodeID) -> SendResult {
        sender.send(payload, to: destination, at: BootClock.now())
    }

    func sendWhenWritable(_ payload: OutboundPayload, to destination: NodeID) async throws -> SendResult {
        while true {
            let result = send(payload, to: destination)
            guard result == .congested else { return result }
            try await sender.waitUntilWritable(destination)
        }
    }
}
