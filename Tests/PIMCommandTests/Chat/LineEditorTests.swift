import Testing

@testable import pim

@Suite("A line being typed")
struct LineEditorTests {
    private func typed(_ keys: [Key]) -> LineEditor {
        var editor = LineEditor()
        for key in keys { _ = editor.press(key) }
        return editor
    }

    private func letters(_ text: String) -> [Key] { text.map { .character($0) } }

    @Test(
        "edits",
        arguments: [
            ([.backspace], "abc d", 5), ([.left, .left, .backspace], "abcde", 3), ([.home, .delete], "bc de", 0),
            ([.left, .character("x")], "abc dxe", 6), ([.control("w")], "abc ", 4),
            ([.control("w"), .control("w")], "", 0), ([.left, .control("u")], "e", 0),
            ([.home, .right, .control("k")], "a", 1), ([.control("a"), .control("e"), .delete], "abc de", 6),
            ([.home, .left, .backspace], "abc de", 0), ([.control("z"), .pageUp], "abc de", 6),
        ] as [([Key], String, Int)])
    func edits(keys: [Key], text: String, cursor: Int) {
        let editor = typed(letters("abc de") + keys)
        #expect(String(editor.text) == text)
        #expect(editor.cursor == cursor)
    }

    @Test func enterHandsTheLineOver() {
        var editor = typed(letters("hello"))
        func press(_ key: Key) -> LineEditor.Outcome { editor.press(key) }
        #expect(press(.enter) == .submitted("hello"))
        #expect(editor.text.isEmpty)
        #expect(press(.control("d")) == .ended)
        #expect(press(.character("x")) == .edited)
        #expect(press(.control("d")) == .edited)
    }

    @Test func whatWasTypedComesBack() {
        var editor = typed(letters("one") + [.enter] + letters("two") + [.enter] + letters("th"))
        _ = editor.press(.up)
        #expect(String(editor.text) == "two")
        _ = editor.press(.up)
        _ = editor.press(.up)
        #expect(String(editor.text) == "one")
        _ = editor.press(.down)
        _ = editor.press(.down)
        #expect(String(editor.text) == "th")
        _ = editor.press(.down)
        #expect(String(editor.text) == "th")
    }

    @Test func marksJoinTheLetterBefore() {
        let editor = typed([.character("e"), .character("\u{301}"), .character("x"), .backspace, .backspace])
        #expect(editor.text.isEmpty)
    }

    @Test func aLongLineShowsThePartAroundTheCursor() {
        let editor = typed(letters("0123456789"))
        #expect(editor.window(columns: 5) == ("6789", 4))
        let wide = typed(letters("日本語"))
        #expect(wide.window(columns: 6) == ("本語", 4))
        let home = typed(letters("0123456789") + [.home])
        #expect(home.window(columns: 5) == ("0123", 0))
        #expect(typed([]).window(columns: 0) == ("", 0))
    }
}
