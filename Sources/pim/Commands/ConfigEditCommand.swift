import ArgumentParser
import Foundation
import PIMCore
import PIMDaemon
import PIMRPC

struct ConfigEditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Edit the configuration in $VISUAL or $EDITOR; it is checked before it is saved.",
        discussion: """
            The editor gets a private copy. Secrets show as \(ConfigGetResult.mask) and stay as they are where that stays. \
            When something is wrong with the text you are told what, and may go on editing.
            """)

    @OptionGroup var place: ConfigurationOptions
    @OptionGroup var format: FormatOptions
    @Flag(help: "Show secrets in clear in the editor.")
    var includeSecrets = false

    func run() async throws {
        let editor = try Editor.chosen()
        // A file on disk is edited as it is: nobody is there to put secrets back.
        let (old, isRunning) = try await place.withConfiguration {
            (try await $0.read(includingSecrets: includeSecrets || !$0.isRunning), $0.isRunning)
        }
        let copy = try PrivateCopy(of: old.config, named: "pim.toml")
        var saved: ConfigSaveResult?
        do {
            while saved == nil {
                let text = try await edit(copy, with: editor)
                guard text != old.config else {
                    copy.remove()
                    return try tellOfNoChange(in: old.sourcePath)
                }
                saved = try await save(text, insteadOf: old, from: copy)
            }
        } catch {
            guard (try? copy.text()) != old.config else {
                copy.remove()
                throw error
            }
            Output.complain("your text is kept in \(copy.path)")
            throw error
        }
        copy.remove()
        guard let saved else { return }
        if format.json { return try Output.json(saved) }
        Output.lines(ConfigurationChangeReport(saved, isRunning: isRunning).lines)
    }

    private func tellOfNoChange(in path: String) throws {
        guard format.json else { return Output.line("nothing was changed") }
        try Output.json(
            ConfigSaveResult(saved: false, requiresRestart: [], writtenTo: path, applied: [], warnings: []))
    }

    private func edit(_ copy: PrivateCopy, with editor: Editor) async throws -> String {
        try editor.edit(copy.path)
        return try copy.text()
    }

    /// - Returns: `nil` when the text has mistakes and its writer wants to go on with it.
    private func save(
        _ text: String, insteadOf old: ConfigGetResult, from copy: PrivateCopy
    ) async throws -> ConfigSaveResult? {
        do {
            return try await place.withConfiguration { try await $0.save(text, insteadOf: old, dryRun: false) }
        } catch {
            let complaint = Complaint(error)
            guard error is ConfigurationFailure || (error as? RPCError)?.code == .configurationInvalid,
                Prompt.isPossible
            else { throw error }
            Output.complain(complaint.lines().joined(separator: "\n"), prefixed: false)
            guard Prompt.confirm("Edit again?") else { throw CommandFailure("nothing was saved") }
            return nil
        }
    }
}
