/// Prints lines above a line that is being typed, which stays as it is.
struct ChatView {
    private static let prompt = "> "

    /// Whether there is a prompt; otherwise lines are just printed.
    let isInteractive: Bool

    func print(_ lines: [String], around editor: LineEditor) {
        guard isInteractive else { return Output.lines(lines) }
        Terminal.write("\r\u{1b}[K" + lines.map { "\($0)\r\n" }.joined())
        redraw(editor)
    }

    func redraw(_ editor: LineEditor) {
        guard isInteractive else { return }
        let window = editor.window(columns: TerminalSize.current.columns - Self.prompt.count)
        let column = Self.prompt.count + window.cursor + 1
        Terminal.write("\r\u{1b}[K\(Self.prompt)\(Printable.typed(window.text))\u{1b}[\(column)G")
    }

    func end() {
        if isInteractive { Terminal.write("\r\u{1b}[K") }
    }
}
