import ArgumentParser
import PIMCore
import PIMDaemon
import PIMRPC

struct ConfigGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Print the configuration, or the value of one key or section.",
        discussion: "Fails for a key that is not in the file: its default counts then.")

    @OptionGroup var place: ConfigurationOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Print secrets in clear, such as the passphrase of a private mesh.")
    var includeSecrets = false
    @Argument(help: "The key or section.", completion: NameCompletion.configurationKeys)
    var key: String?

    func run() async throws {
        let parts = try key.map { try ConfigurationEditing.parts(of: $0) }
        let result = try await place.withConfiguration { try await $0.read(includingSecrets: includeSecrets) }
        guard let parts, let key else {
            if format.json { return try Output.json(result) }
            return Output.raw(Printable.block(result.config))
        }
        guard let value = try ConfigurationEditing.value(at: parts, in: result.config) else {
            throw CommandFailure(Self.absence(of: key, in: result.sourcePath))
        }
        if format.json { return try Output.json(value) }
        Output.line(TOMLText.alone(value))
    }

    static func absence(of key: String, in path: String) -> String {
        if ConfigurationKeys.isKnown(key) { return "\(key) is not in \(path): its default counts" }
        let nearest = KnownWords.nearest(to: key, among: ConfigurationKeys.all).map { "; did you mean “\($0)”?" } ?? ""
        return "\(Printable.line(key)) is not in \(path)\(nearest)"
    }
}
