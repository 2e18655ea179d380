import ArgumentParser
import PIMCore

struct MeshGeneratePassphraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-passphrase", abstract: "Make a passphrase for a private mesh that nobody can guess.",
        discussion: """
            Drawn from the system's randomness. The passphrase goes to standard output, what it is worth to standard error: \
            “pim mesh generate-passphrase > FILE” makes a file for mesh.passphrase_file.
            """)

    @OptionGroup var format: FormatOptions
    @Option(help: "How many words, 4 to 32; 6 are enough against anybody.")
    var words = 6

    func validate() throws {
        guard 4...32 ~= words else { throw ValidationError("--words must be between 4 and 32.") }
    }

    func run() throws {
        let generator = PassphraseGenerator(words: words)
        // The system's own source, meant for secrets.
        var source = SystemRandomNumberGenerator()
        let passphrase = generator.make(using: &source)
        let bits = generator.entropyBits
        if format.json {
            return try Output.json(
                JSONValue.object(["passphrase": .string(passphrase), "entropy_bits": .integer(Int64(bits))]))
        }
        Output.line(passphrase)
        Output.complain(
            "\(words) words, \(bits) bits of entropy; every member needs exactly this text", prefixed: false)
    }
}
