/// Names a place where two nodes of a simulated mesh can connect. Connections come and go over it.
public struct MeshCable: Hashable, Sendable {
    let index: Int

    /// What the dialling end calls it in its configuration.
    var address: String { "cable:\(index)" }

    /// What its two ends are addressed by: a subnet of its own.
    var hosts: [String] { ["fd00:\(index)::1", "fd00:\(index)::2"].map { "[\($0)]" } }
}
