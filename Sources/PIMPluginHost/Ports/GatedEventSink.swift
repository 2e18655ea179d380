internal import PIMPlugin

/// The event stream as a plugin sees it: silent once the plugin has stopped.
struct GatedEventSink: PluginEventSink {
    let base: any PluginEventSink
    let gate: PortGate

    func publish(_ parameters: any Encodable & Sendable) {
        if gate.isOpen { base.publish(parameters) }
    }
}
