import ArgumentParser
import PIMCore
import PIMDaemon

struct ConfigGenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write a commented configuration with every key there is.")

    @OptionGroup var format: FormatOptions

    @Argument(help: "What the node is there for: client, relay, gateway; several if you like.")
    var roles: [Role]

    @Option(help: "The node's name (default: made of the roles).")
    var name: String?

    @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
    var output: String?

    @Flag(help: "Replace the file if it exists.")
    var force = false

    func run() throws {
        let template = try ConfigurationTemplate(roles: roles.map(\.templateRole), name: name)
        guard let output else {
            if format.json { return try Output.json(JSONValue.object(["config": .string(template.text)])) }
            return Output.raw(template.text)
        }
        try template.write(to: output, overwriting: force)
        if format.json { return try Output.json(JSONValue.object(["written_to": .string(output)])) }
        Output.line("Wrote \(output)")
    }
}

extension ConfigGenerateCommand {
    enum Role: String, ExpressibleByArgument, CaseIterable {
        case client, relay, gateway

        var templateRole: ConfigurationTemplate.Role {
            switch self {
            case .client: .client
            case .relay: .relay
            case .gateway: .gateway
            }
        }
    }
}
