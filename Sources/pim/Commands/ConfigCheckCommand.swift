import ArgumentParser

struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration file with the daemon that will read it.",
        discussion: "The sections of plugins are checked too, by the executable that contains the plugins.")

    @Option(name: .shortAndLong, help: "The file (default: the daemon's).", completion: .file(extensions: ["toml"]))
    var config: String?

    func run() throws {
        let daemon = try DaemonExecutable.find()
        try daemon.replaceThisProcess(arguments: ["--check-config", config ?? ClientOptions.paths.configuration])
    }
}
