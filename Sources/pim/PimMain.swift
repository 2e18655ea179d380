import ArgumentParser

/// Runs the command line and turns whatever comes out into an exit code.
@main
enum PimMain {
    static func main() async {
        do {
            var command = try await Pim.asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            ExitStatus.exit(with: error)
        }
    }
}
