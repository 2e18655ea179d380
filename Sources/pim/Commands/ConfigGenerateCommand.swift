import ArgumentParser
import PIMDaemon

struct ConfigGenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write a commented configuration with every key there is.")

    @Argument(help: "What the node is there for: client, relay, gateway; several if you like.")
    var roles: [ConfigurationTemplate.Role]

    @Option(help: "The node's name (default: made of the roles).")
    var name: String?

    @Option(name: .shortAndLong, help: "The file to write (default: standard output).", completion: .file())
    var output: String?

    @Flag(help: "Replace the file if it exists.")
    var force = false

    func run() throws {
        let template = try ConfigurationTemplate(roles: roles, name: name)
        guard let output else { return Output.raw(template.text) }
        try template.write(to: output, overwriting: force)
        Output.line("Wrote \(output)")
    }
}

extension ConfigurationTemplate.Role: @retroactive ExpressibleByArgument {}
