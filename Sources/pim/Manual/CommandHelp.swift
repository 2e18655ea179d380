import Foundation

/// What the argument parser knows about a command, as it tells tools.
struct CommandHelp: Decodable {
    struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            /// `long`, `short`, `longWithSingleDash`.
            var kind: String
            var name: String
        }

        var kind: Kind
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?
    }

    var commandName: String
    var superCommands: [String]?
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool
    var defaultSubcommand: String?
    var arguments: [Argument]?
    var subcommands: [CommandHelp]?

    /// The command with its sub-commands.
    static func reading(_ dump: String) throws -> CommandHelp {
        struct Dump: Decodable {
            var command: CommandHelp
        }
        return try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command
    }

    /// `["pim", "peers", "add"]`
    var path: [String] { (superCommands ?? []) + [commandName] }

    /// Those people are told of, but not the one that only prints help.
    var visibleSubcommands: [CommandHelp] {
        (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }

    /// Those that are this command's own: `--help` and `--version` are told once.
    var visibleArguments: [Argument] {
        (arguments ?? []).filter { argument in
            argument.shouldDisplay && !(argument.names ?? []).contains { $0.name == "help" || $0.name == "version" }
        }
    }
}
