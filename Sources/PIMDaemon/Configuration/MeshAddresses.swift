public import PIMCore
internal import PIMCrypto

/// The addresses nodes have by their NodeID, for programs that know a node and its mesh (`spec/wire.md` §4.2).
public enum MeshAddresses {
    /// - Parameter interface: `<address>/<length>` of any node of the mesh, as `status.mesh_ipv6` has it.
    /// - Returns: `nil` when that is no such text.
    public static func ipv6(of node: NodeID, inMeshOf interface: String) -> IPv6Address? {
        let parts = interface.split(separator: "/")
        guard parts.count == 2, let address = IPv6Address(parts[0]), let length = Int(parts[1]),
            let prefix = IPv6Prefix(address, length: length)
        else { return nil }
        return MeshAddress.ipv6(of: node, in: prefix)
    }
}
