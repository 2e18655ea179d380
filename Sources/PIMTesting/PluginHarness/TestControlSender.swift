internal import PIMCore
internal import PIMPlugin

/// A plugin's sender in a ``PluginMesh``: checks what the daemon checks and hands the rest to the mesh.
struct TestControlSender: ControlSender {
    let plugin: String
    let source: NodeID
    let mesh: PluginMesh

    func send(_ payload: OutboundPayload, to destination: NodeID) -> SendResult {
        mesh.send(payload, plugin: plugin, from: source, to: destination)
    }

    func sendWhenWritable(_ payload: OutboundPayload, to destination: NodeID) async throws -> SendResult {
        while true {
            let result = send(payload, to: destination)
            guard result == .congested else { return result }
            try await ContinuousClock().sleep(for: .milliseconds(1))
        }
    }
}
