/// The manual page of a command: of `pim` itself, or of one of its commands with everything below it.
struct ManualPage {
    let command: CommandHelp
    let version: String
    /// What belongs to every page.
    let notes: [String]
    /// Names of the other pages.
    let related: [String]

    /// Every page of a command line: one for itself, one for each of its commands.
    static func all(of root: CommandHelp, version: String) -> [ManualPage] {
        let commands = root.visibleSubcommands
        let names = [root.commandName] + commands.map { "\(root.commandName)-\($0.commandName)" }
        return ([root] + commands).map { command in
            let name = command.path.joined(separator: "-")
            let others = command.path.count == 1 ? names : [root.commandName]
            return ManualPage(
                command: command, version: version, notes: ManualNotes.lines,
                related: others.filter { $0 != name } + ["pim-daemon(8)"])
        }
    }

    /// `pim-peers.1`
    var fileName: String { "\(name).1" }

    private var name: String { command.path.joined(separator: "-") }
    private var isRoot: Bool { command.path.count == 1 }

    var text: String {
        var lines = [
            ".TH \(Roff.quoted(name.uppercased())) 1 \"\" \(Roff.quoted("swift-pim \(version)")) \"Proximity Internet Mesh\"",
            ".SH NAME", "\(Roff.escape(name)) \\- \(Roff.escape(command.abstract ?? ""))", ".SH SYNOPSIS",
        ]
        lines += synopsis(of: command)
        if let discussion = command.discussion { lines += [".SH DESCRIPTION"] + Roff.paragraphs(discussion) }
        if isRoot {
            lines.append(".SH COMMANDS")
            for child in command.visibleSubcommands {
                lines += [".TP", Roff.bold("pim \(child.commandName)"), Roff.escape(child.abstract ?? "")]
            }
        } else {
            lines += arguments(of: command, under: ".SH OPTIONS")
            if !command.visibleSubcommands.isEmpty {
                lines.append(".SH COMMANDS")
                for child in command.visibleSubcommands { lines += section(of: child) }
            }
        }
        lines += notes + [".SH SEE ALSO"]
        lines.append(
            related.map { $0.hasSuffix(")") ? Roff.escape($0) : "\(Roff.bold($0))(1)" }.joined(separator: ", "))
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(of command: CommandHelp) -> [String] {
        var lines = [".SS \(Roff.quoted(command.path.joined(separator: " ")))"]
        lines += [Roff.escape(command.abstract ?? ""), ".PP"] + synopsis(of: command)
        if let discussion = command.discussion { lines += [".PP"] + Roff.paragraphs(discussion) }
        lines += arguments(of: command, under: nil)
        for child in command.visibleSubcommands { lines += section(of: child) }
        return lines
    }

    private func synopsis(of command: CommandHelp) -> [String] {
        let children = command.visibleSubcommands
        guard children.isEmpty else {
            let choice = command.defaultSubcommand == nil ? Roff.italic("command") : "[\(Roff.italic("command"))]"
            return ["\(Roff.bold(command.path.joined(separator: " "))) \(choice) [\(Roff.italic("options"))]"]
        }
        let words = command.visibleArguments.map { argument in
            let word =
                Self.names(argument).first.map { first in
                    argument.kind == .option ? "\(Roff.bold(first)) \(Self.value(argument))" : Roff.bold(first)
                } ?? Self.value(argument)
            let repeated = argument.isRepeating ? "\(word) ..." : word
            return argument.isOptional ? "[\(repeated)]" : repeated
        }
        return [([Roff.bold(command.path.joined(separator: " "))] + words).joined(separator: " ")]
    }

    private func arguments(of command: CommandHelp, under head: String?) -> [String] {
        let arguments = command.visibleArguments
        guard command.visibleSubcommands.isEmpty, !arguments.isEmpty else { return [] }
        return (head.map { [$0] } ?? [])
            + arguments.flatMap { argument -> [String] in
                let names = Self.names(argument).map { Roff.bold($0) }.joined(separator: ", ")
                let value = argument.kind == .flag ? "" : Self.value(argument)
                let fallback = argument.kind == .option ? argument.defaultValue.map { " (default: \($0))" } ?? "" : ""
                let label = [names, value].filter { !$0.isEmpty }.joined(separator: " ")
                return [".TP", label, Roff.escape((argument.abstract ?? "") + fallback)]
            }
    }

    /// With their dashes, short ones first.
    private static func names(_ argument: CommandHelp.Argument) -> [String] {
        (argument.names ?? []).map { name in
            (name.kind == "long" ? "--" : "-") + name.name
        }.sorted { $0.count < $1.count }
    }

    private static func value(_ argument: CommandHelp.Argument) -> String {
        if let values = argument.allValues, !values.isEmpty, argument.kind == .positional {
            return Roff.italic(values.joined(separator: "|"))
        }
        return Roff.italic(argument.valueName ?? "value")
    }
}
