internal import PIMCore

extension HelloParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "client": MemberNote("`<program>/<version>`, for logs only.", example: "my-client/1.0"),
        "rpc_version": "The version the client speaks; not checked when left out.",
    ]
}

extension HelloResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "daemon": MemberNote("`<program>/<version>`.", example: "pim-daemon/1.0.0"),
        "rpc_version": "The version the daemon speaks.",
        "features": MemberNote("Reserved; empty.", example: .array([])),
        "pid": MemberNote("Ours: the process that answers.", example: 4711),
    ]
}

extension ShutdownResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "pid": MemberNote("The process that is about to end.", example: 4711)
    ]
}
