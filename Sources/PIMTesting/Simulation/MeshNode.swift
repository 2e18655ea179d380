/// Names a node of a simulated mesh, through all its crashes and restarts.
public struct MeshNode: Hashable, Sendable, Comparable, CustomStringConvertible {
    let index: Int
    let name: String

    public static func < (left: MeshNode, right: MeshNode) -> Bool { left.index < right.index }

    public var description: String { name }
}
