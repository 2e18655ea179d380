internal import PIMCore

private let requiresRestartNote = MemberNote(
    "Dotted keys whose new values count from the next start; empty when everything counts already.", example: .array([])
)
private let appliedNote = MemberNote(
    "Ours: dotted keys that changed and count from now on.", example: "routing.kill_switch")
private let dryRunNote = MemberNote("Only check; `false` when left out.", example: .bool(false))
private let sampleText = "[node]\nname = \"harbour\"\n\n[routing]\nkill_switch = true\n"

extension ConfigGetParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "format": MemberNote("Echoed; the text is TOML in any case.", example: "toml"),
        "include_secrets": MemberNote(
            "Ours: whether secrets are given in clear; `false` when left out.", example: .bool(false)),
    ]
}

extension ConfigGetResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "format": MemberNote("As asked for, `toml` when it was not said.", example: "toml"),
        "config": MemberNote("The text of the file, TOML.", example: sampleText),
        "source_path": MemberNote("The file.", example: "/etc/pim/pim.toml"),
        "last_modified": .time("When the file was last written."),
        "masked": MemberNote(
            "Ours: dotted keys of the secrets that `\(ConfigGetResult.mask)` stands for in `config`.",
            example: .array([])),
    ]
}

extension ConfigSaveParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "config": MemberNote(
            "The whole text, TOML. A secret that is `\(ConfigGetResult.mask)` stays as it is in the file.",
            example: sampleText),
        "format": MemberNote("Ignored: the text is TOML.", example: "toml"),
        "dry_run": dryRunNote,
    ]
}

extension ConfigSaveResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "saved": "Whether the file was written: not for a dry run.",
        "requires_restart": requiresRestartNote,
        "written_to": MemberNote("The file.", example: "/etc/pim/pim.toml"),
        "applied": appliedNote,
        "warnings": MemberNote("Ours: what is legal but odd, such as unknown keys.", example: .array([])),
    ]
}

extension ConfigSetParameters: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "changes": "What to set; all of it or nothing.",
        "dry_run": dryRunNote,
    ]
}

extension ConfigSetParameters.Change: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "key": MemberNote("Dotted.", example: "routing.kill_switch"),
        "value": MemberNote(
            "A text, number, boolean or an array of these; `null` removes the key, so that its default counts.",
            example: .bool(true)),
    ]
}

extension ConfigReloadResult: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "applied": MemberNote("Dotted keys that changed and count from now on.", example: "routing.kill_switch"),
        "requires_restart": MemberNote(
            "Dotted keys that changed and count from the next start.", example: .array([])),
    ]
}

extension ConfigProblem: MembersNoted {
    public static let memberNotes: [String: MemberNote] = [
        "line": MemberNote(
            "From 1; left out when it has no place, as with a missing section.", .integer(minimum: 1), example: 4),
        "column": MemberNote("In characters, from 1; left out when unknown.", .integer(minimum: 1), example: 1),
        "path": MemberNote("The dotted key; left out when it is about none.", example: "transport.listen_prot"),
        "message": MemberNote("For people.", example: "unknown key"),
    ]
}
