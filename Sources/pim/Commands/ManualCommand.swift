import ArgumentParser
import Foundation
import PIMCore

/// Writes the manual pages, for those who install or package this program.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Write the manual pages into a directory.", shouldDisplay: false)

    @Argument(help: "The directory, which has to exist.", completion: .directory)
    var directory: String

    func run() throws {
        let root = try CommandHelp.reading(Pim._dumpHelp())
        for page in ManualPage.all(of: root, version: PIMVersion.current) {
            let file = URL(fileURLWithPath: directory).appendingPathComponent(page.fileName)
            try Data(page.text.utf8).write(to: file)
        }
    }
}
