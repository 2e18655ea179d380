internal import PIMCore
internal import PIMPlugin

/// The sender as a plugin sees it: answers `stopped` once the plugin has stopped.
struct GatedControlSender: ControlSender {
    let base: any ControlSender
    let gate: PortGate

    func send(_ payload: OutboundPayload, to destination: NodeID) -> SendResult {
        gate.isOpen ? base.send(payload, to: destination) : .stopped
    }

    func sendWhenWritable(_ payload: OutboundPayload, to destination: NodeID) async throws -> SendResult {
        try Task.checkCancellation()
        let result = send(payload, to: destination)
        guard result == .congested else { return result }
        let base = base
        return try await gate.whileOpen { try await base.sendWhenWritable(payload, to: destination) } ?? .stopped
    }
}
