import ArgumentParser
import PIMDaemon
import PIMRPC

struct ConfigSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Give a key a value; comments and layout of the file stay.",
        discussion: """
            VALUE is written as in TOML: 9100, true, ["1.1.1.1", "8.8.8.8"], "a text"; a bare word counts as a text. \
            What can change at once does, the rest waits for the next start.
            """)

    @OptionGroup var place: ConfigurationOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Only check.")
    var dryRun = false
    @Argument(help: "The key.", completion: NameCompletion.configurationKeys)
    var key: String
    @Argument(help: "The value.")
    var value: String

    func validate() throws {
        guard value != ConfigGetResult.mask else {
            throw ValidationError("\(ConfigGetResult.mask) only stands for a secret that is not shown: write it out.")
        }
    }

    func run() async throws {
        _ = try ConfigurationEditing.parts(of: key)
        let change = ConfigSetParameters.Change(key: key, value: try ConfigurationEditing.value(typed: value))
        try await place.change([change], dryRun: dryRun, format: format)
    }
}
