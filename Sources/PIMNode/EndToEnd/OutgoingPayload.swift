public import PIMCore
public import PIMWire

/// A payload of a plugin on its way to another node, before anybody decided how it travels.
public struct OutgoingPayload: Sendable {
    public var destination: NodeID
    public var payload: PluginPayload
    /// Whether it may travel in no form that others could read or forge: it never takes a reference form
    /// (`design/extensions.md` §6).
    public var demandsSealing: Bool
    /// Whether it asks for the link to the neighbour itself instead of the way through the mesh.
    public var isDirect: Bool
    /// Since when it has waited for a way; kept when it has to wait again.
    public var parkedSince: MonotonicTime?
    /// Since when it has waited for a session; kept when it has to wait again.
    var waitingSince: MonotonicTime?

    public init(destination: NodeID, payload: PluginPayload, demandsSealing: Bool = false, isDirect: Bool = false) {
        self.destination = destination
        self.payload = payload
        self.demandsSealing = demandsSealing
        self.isDirect = isDirect
    }

    /// Bytes it takes where it waits.
    public var size: Int { payload.encodedCount }
}
