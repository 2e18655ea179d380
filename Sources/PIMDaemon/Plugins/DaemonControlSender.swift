internal import PIMCore
internal import PIMHost
internal import PIMPlugin

/// Sends for plugins, by the payload sender of the mesh.
struct DaemonControlSender: ControlSender {
    let sender: PayloadSender
    let keystore: PeerKeystore

    func send(_ payload: OutboundPayload, to destination: NodeID) -> SendResult {
        let result = sender.send(payload, to: destination, at: BootClock.now())
        if result.isAccepted { keystore.noteContact(with: destination) }
        return result
    }

    func sendWhenWritable(_ payload: OutboundPayload, to destination: NodeID) async throws -> SendResult {
        while true {
            let result = send(payload, to: destination)
            guard result == .congested else { return result }
            try await sender.waitUntilWritable(destination, by: payload.route)
        }
    }
}
