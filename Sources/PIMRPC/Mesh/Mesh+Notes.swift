extension MeshStatus: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "mode": MemberNote("`private`: members share a passphrase.", example: "private"),
        "mesh_id": MemberNote(
            "The configured label; without effect in an open mesh. `null` without one.", example: "home"),
        "fingerprint": MemberNote(
            "The same on every member; `null` for an open mesh.", .pattern("^[0-9a-f]{16}$", name: "16 hex digits"),
            example: "5f0c9a31e27b4d88"),
    ]
}
