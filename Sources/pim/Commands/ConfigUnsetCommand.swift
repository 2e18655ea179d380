import ArgumentParser
import PIMDaemon
import PIMRPC

struct ConfigUnsetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Remove a key, so that its default counts.")

    @OptionGroup var place: ConfigurationOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Only check.")
    var dryRun = false
    @Argument(help: "The key.", completion: NameCompletion.configurationKeys)
    var key: String

    func run() async throws {
        _ = try ConfigurationEditing.parts(of: key)
        try await place.change([.init(key: key, value: nil)], dryRun: dryRun, format: format)
    }
}
