import PIMCore

/// Each of these replaces `value` if the key is there and right, and leaves it alone otherwise.
extension TableReader {
    func read(_ key: String, into value: inout Bool) {
        defer { note(key, value) }
        var found: Bool?
        read(key, into: &found)
        if let found { value = found }
    }

    func read(_ key: String, into value: inout Bool?) {
        defer { note(key, value) }
        guard let node = node(key) else { return }
        guard case .boolean(let flag) = node.value else {
            return mismatch(key, node, expected: "true or false")
        }
        value = flag
    }

    func read(_ key: String, into value: inout String) {
        defer { note(key, value) }
        var found: String?
        read(key, into: &found)
        if let found { value = found }
    }

    func read(_ key: String, into value: inout String?, isSecret: Bool = false) {
        defer { note(key, value) }
        guard let node = node(key) else { return }
        guard case .string(let text) = node.value else {
            return mismatch(key, node, expected: "a string", isSecret: isSecret)
        }
        value = text
    }

    func read<Number: FixedWidthInteger & UnsignedInteger>(_ key: String, into value: inout Number?) {
        defer { note(key, value) }
        guard let node = node(key) else { return }
        // A TOML integer ends at 2⁶³ − 1.
        let largest = Number.bitWidth >= 64 ? UInt64(Int64.max) : UInt64(Number.max)
        guard case .integer(let number) = node.value, let found = Number(exactly: number) else {
            return mismatch(key, node, expected: "an integer from 0 to \(largest)")
        }
        value = found
    }

    /// - Parameter minimum: A smaller number is raised to it, with a warning.
    func read<Number: FixedWidthInteger & UnsignedInteger>(
        _ key: String, into value: inout Number, atLeast minimum: Number = 0
    ) {
        defer { note(key, value) }
        var found: Number?
        read(key, into: &found)
        guard let found else { return }
        value = max(found, minimum)
        if found < minimum {
            report.warning(fullName(key), at: position(of: key), "\(found) is too small, \(minimum) is used")
        }
    }

    /// One of the words of an enumeration, in exactly its spelling.
    func read<Word: RawRepresentable & CaseIterable>(_ key: String, into value: inout Word?)
    where Word.RawValue == String {
        defer { note(key, value?.rawValue) }
        guard let node = node(key) else { return }
        let words = Word.allCases.map(\.rawValue)
        let expected = "one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))"
        guard case .string(let text) = node.value else { return mismatch(key, node, expected: expected) }
        guard let word = Word(rawValue: text) else {
            return report.error(
                fullName(key), at: node.position, "expected \(expected), found \(node.summary)",
                suggestion: KnownWords.nearest(to: text, among: words))
        }
        value = word
    }

    func read<Word: RawRepresentable & CaseIterable>(_ key: String, into value: inout Word)
    where Word.RawValue == String {
        defer { note(key, value.rawValue) }
        var found: Word?
        read(key, into: &found)
        if let found { value = found }
    }

    /// A string that must be one certain word because nothing else exists.
    func require(_ key: String, toBe word: String) {
        guard let node = node(key) else { return }
        guard case .string(word) = node.value else {
            return mismatch(key, node, expected: "\"\(word)\", the only one there is")
        }
    }

    func read(_ key: String, into value: inout [String]) {
        defer { note(key, value) }
        guard let node = node(key), let strings = strings(key, node) else { return }
        value = strings.map(\.text)
    }

    func read(_ key: String, into value: inout [NodeID]) {
        defer { note(key, value) }
        guard let node = node(key), let strings = strings(key, node) else { return }
        value = strings.enumerated().compactMap { index, entry in
            do throws(PIMError) {
                return try NodeID(parsing: entry.text)
            } catch {
                report.error("\(fullName(key))[\(index)]", at: entry.position, error.message)
                return nil
            }
        }
    }

    /// A string that `parse` makes a value of; its error says what is wrong.
    func read<Value>(_ key: String, into value: inout Value, parsing parse: (String) throws(PIMError) -> Value) {
        defer { note(key, value) }
        var text: String?
        read(key, into: &text)
        guard let text else { return }
        do throws(PIMError) {
            value = try parse(text)
        } catch {
            report.error(fullName(key), at: position(of: key), error.message)
        }
    }

    private func strings(_ key: String, _ node: TOMLNode) -> [(text: String, position: TextPosition)]? {
        guard case .array(let elements) = node.value else {
            mismatch(key, node, expected: "a list of strings")
            return nil
        }
        return elements.enumerated().compactMap { index, element in
            guard case .string(let text) = element.value else {
                report.error(
                    "\(fullName(key))[\(index)]", at: element.position, "expected a string, found \(element.summary)")
                return nil
            }
            return (text, element.position)
        }
    }
}
