import PIMRPC

/// `pim mesh status` as text (`spec/cli.md` §4.6).
struct MeshReport {
    /// What `--json` prints.
    struct Document: Encodable {
        var configured: MeshStatus
        var running: MeshStatus?
    }

    let configured: MeshStatus
    /// What the running daemon says, if one runs.
    let running: MeshStatus?

    var document: Document { Document(configured: configured, running: running) }

    var lines: [String] {
        let label = configured.meshID.map(Printable.line)
        guard configured.mode == .private else {
            return ["mesh: open"] + (label.map { ["  mesh_id:     \($0) (without effect in an open mesh)"] } ?? [])
        }
        return [
            "mesh: private", "  mesh_id:     \(label ?? "(unnamed)")",
            "  fingerprint: \(configured.fingerprint ?? "")",
        ]
    }

    /// Said when the daemon runs with another mesh than the file has.
    var note: String? {
        guard let running, running.mode != configured.mode || running.fingerprint != configured.fingerprint else {
            return nil
        }
        let fingerprint = running.fingerprint.map { " with the fingerprint \($0)" } ?? ""
        return "the running daemon is in another mesh, \(Printable.line(running.mode.rawValue))\(fingerprint); "
            + "the file counts from its next start"
    }
}
