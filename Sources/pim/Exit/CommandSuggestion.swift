import ArgumentParser
import PIMDaemon

/// Which command was probably meant by a word that is none.
enum CommandSuggestion {
    /// A question for people; `nil` when every command was known or nothing is near.
    static func text(for arguments: [String], in root: any ParsableCommand.Type) -> String? {
        var command = root
        var path = [root.configuration.commandName ?? ""]
        for word in arguments {
            guard !word.hasPrefix("-") else { return nil }
            let children = command.configuration.subcommands
            guard !children.isEmpty else { return nil }
            if let child = children.first(where: {
                $0.configuration.commandName == word || $0.configuration.aliases.contains(word)
            }) {
                command = child
                path.append(word)
                continue
            }
            let known = children.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
            guard let nearest = KnownWords.nearest(to: word, among: known) else { return nil }
            return "Did you mean “\((path + [nearest]).joined(separator: " "))”?"
        }
        return nil
    }
}
