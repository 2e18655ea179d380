/// What every manual page ends with.
enum ManualNotes {
    static let lines: [String] =
        section("EXIT STATUS", exitCodes.map { ("\($0.0)", $0.1) })
        + section(
            "ENVIRONMENT",
            [
                ("PIM_RPC_SOCKET", "The control socket, unless --socket names one."),
                ("XDG_RUNTIME_DIR", "Where the control socket of an ordinary user's daemon is."),
                ("PIM_DATA_DIR", "The data directory of the daemon, whatever its configuration says."),
                ("PATH", "Where pim-daemon is looked for if it is not next to pim, and editors are."),
                ("HOME, XDG_DATA_HOME", "Where the data directory of an ordinary user's daemon is."),
                ("VISUAL, EDITOR", "The editor of “pim config edit”."),
                ("NO_COLOR, TERM", "No colours when NO_COLOR has a value or TERM is dumb."),
            ])
        + section(
            "FILES",
            [
                ("/etc/pim/pim.toml", "The configuration."),
                (
                    "/run/pim/pim.sock",
                    "The control socket of the system's daemon; members of the group pim may use it."
                ),
                ("/run/pim.pid, /run/pim.log", "Of a daemon that “pim up” started as root."),
            ])

    /// As `pim --help` has them, too.
    static let exitCodes: [(Int, String)] = [
        (0, "Done."), (1, "It failed."), (2, "The command line is wrong."), (3, "The daemon is not running."),
        (4, "The daemon refused."),
    ]

    private static func section(_ title: String, _ entries: [(String, String)]) -> [String] {
        [".SH \(Roff.quoted(title))"] + entries.flatMap { [".TP", Roff.bold($0.0), Roff.escape($0.1)] }
    }
}
