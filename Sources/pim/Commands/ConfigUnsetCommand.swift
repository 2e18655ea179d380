import ArgumentParser
import PIMDaemon
import PIMRPC

struct ConfigUnsetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Remove a key, so that its default counts.",
        discussion: "For a key that is not in the file there is nothing to do; one that nobody knows is an error.")

    @OptionGroup var place: ConfigurationOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Only check.")
    var dryRun = false
    @Argument(help: "The key.", completion: NameCompletion.configurationKeys)
    var key: String

    func run() async throws {
        let parts = try ConfigurationEditing.parts(of: key)
        let present = try await place.withConfiguration { try await $0.read(includingSecrets: false) }
        guard try ConfigurationEditing.value(at: parts, in: present.config) != nil else {
            let absence = ConfigGetCommand.absence(of: key, in: present.sourcePath)
            guard ConfigurationKeys.isKnown(key) else { throw CommandFailure(absence) }
            guard format.json else { return Output.line(absence) }
            return try Output.json(
                ConfigSaveResult(
                    saved: false, requiresRestart: [], writtenTo: present.sourcePath, applied: [], warnings: []))
        }
        try await place.change([.init(key: key, value: nil)], dryRun: dryRun, format: format)
    }
}
