public import PIMCore
public import PIMPlugin
public import PIMWire

/// A plugin payload that arrived at a node of a simulated mesh.
public struct ReceivedPayload: Sendable, Hashable {
    /// Who the mesh frame says it is from; for a direct payload, the proven neighbour.
    public var source: NodeID
    public var payload: PluginPayload
    /// What source and content are worth (`design/extensions.md` §6).
    public var security: PayloadSecurity
    /// The ttl it arrived with; 8 minus the relays it crossed.
    public var ttl: UInt8
    /// Virtual time since the start of the simulation.
    public var time: MonotonicTime
}
