/// A counter of the gateway's table, as `nft list counters table inet pim` shows it.
public enum GatewayCounter: String, Sendable, Hashable, CaseIterable {
    /// From the mesh to the Internet.
    case sent
    /// From the Internet to the mesh.
    case received
    /// New flows dropped because `gateway.max_connections` are open.
    case overLimit = "over_limit"
    /// New flows dropped because their node has `gateway.max_connections_per_node` open.
    case overNodeLimit = "over_node_limit"
    /// To networks the egress policy denies.
    case denied
    /// From the mesh to another interface than the uplink, or back into the mesh.
    case strayed
    /// From the mesh with a source that is no mesh address.
    case spoofed
    /// Into the mesh without a flow that was opened from there.
    case uninvited
    /// To addresses of the gateway's host other than its mesh addresses.
    case host
    /// Not part of any flow the kernel knows; untranslated they would carry mesh addresses out.
    case invalid
}
