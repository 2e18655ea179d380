internal import ArgumentParser
internal import Foundation

/// The command line of every daemon executable: `NAME [CONFIG [PID-FILE]]` (`spec/cli.md` §7.1).
struct DaemonCommand: ParsableArguments {
    @Argument(help: "Configuration file (default: the platform's pim.toml).", completion: .file(extensions: ["toml"]))
    var configuration: String?

    @Argument(help: "Where to write the process id.", completion: .file())
    var pidFile: String?

    @Flag(help: "Check the configuration, plugin sections included, print every problem, and exit.")
    var checkConfig = false

    @Flag(help: "Print the version and exit.")
    var version = false
}
