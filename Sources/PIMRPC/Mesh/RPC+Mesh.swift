extension RPC {
    public static let meshStatus = RPCMethod<NoParameters, MeshStatus>(
        "mesh.status", summary: "Whether the mesh is open or private, and by which fingerprint members know it.")

    static let meshMethods = [meshStatus.description]
}
