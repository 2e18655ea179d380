/// Reads one table of the file key by key. What is wrong goes into the report and leaves the default in place, so that
/// one reading finds every problem.
///
/// Every key that is asked for is thereby known; ``finish()`` warns about the others. Used by one thread.
final class TableReader {
    /// The dotted name, empty for the whole file.
    let name: String
    /// Where the table begins; `nil` when the file does not have it.
    let position: TextPosition?
    let report: ProblemReport
    private let members: [String: TOMLNode]
    private var known: Set<String> = []
    /// Keys that once meant something, and what to say about them.
    private var retired: [String: String] = [:]

    private init(_ name: String, position: TextPosition?, members: [String: TOMLNode], report: ProblemReport) {
        self.name = name
        self.position = position
        self.members = members
        self.report = report
    }

    /// A reader of the whole document.
    convenience init(document: TOMLDocument, report: ProblemReport) {
        guard case .table(let members) = document.root.value else {
            self.init("", position: nil, members: [:], report: report)
            return
        }
        self.init("", position: document.root.position, members: members, report: report)
    }

    /// Whether the file has the table.
    var isPresent: Bool { position != nil }

    /// The full dotted name of a key of this table.
    func fullName(_ key: String) -> String {
        let shown = TOMLLiteral.key(key)
        return name.isEmpty ? shown : "\(name).\(shown)"
    }

    /// The value of a key, which is known from now on.
    func node(_ key: String) -> TOMLNode? {
        known.insert(key)
        return members[key]
    }

    /// Where the value of a key stands, else where the table begins.
    func position(of key: String) -> TextPosition? {
        members[key]?.position ?? position
    }

    /// Every key the table has, sorted; for a table whose keys are names people chose.
    var keys: [String] { members.keys.sorted() }

    /// Whether the file has the key.
    func has(_ key: String) -> Bool { members[key] != nil }

    /// The table under a key; a reader of nothing when it is absent or something else.
    func table(_ key: String) -> TableReader {
        guard let node = node(key) else { return reader(key, nil) }
        guard case .table = node.value else {
            mismatch(key, node, expected: "a table: [\(fullName(key))]")
            return reader(key, nil)
        }
        return reader(key, node)
    }

    /// The tables of a list of tables, in order; nothing when it is absent or something else.
    func tables(_ key: String) -> [TableReader] {
        guard let node = node(key) else { return [] }
        guard case .array(let elements) = node.value else {
            mismatch(key, node, expected: "a list of tables: [[\(fullName(key))]]")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            guard case .table(let members) = element.value else {
                report.error(
                    "\(fullName(key))[\(index)]", at: element.position,
                    "expected a table, found \(element.summary)")
                return nil
            }
            return TableReader(
                "\(fullName(key))[\(index)]", position: element.position, members: members, report: report)
        }
    }

    /// The tables under all keys of this table that are not known yet, by name.
    func remainingTables() -> [(key: String, table: TableReader)] {
        members.keys.filter { !known.contains($0) }.sorted().map { ($0, table($0)) }
    }

    /// The values under all keys of this table that are not known yet.
    func remainingValues() -> [String: TOMLNode] {
        let rest = members.filter { !known.contains($0.key) }
        known.formUnion(rest.keys)
        return rest
    }

    /// Notes the value that counts for a key, given or not, for whoever asks later what has changed.
    func note<Value>(_ key: String, _ value: Value) {
        report.values[fullName(key)] = String(describing: value)
    }

    /// Takes back what was noted for keys the file does not have, in a table that is only there when somebody wrote it.
    func forgetDefaults(_ keys: [String]) {
        for key in keys where !has(key) { report.values[fullName(key)] = nil }
    }

    /// Says what to tell people whose file still has this key.
    func retire(_ key: String, _ explanation: String) {
        retired[key] = explanation
    }

    /// Warns about every key nobody asked for.
    func finish() {
        let unknown = members.filter { !known.contains($0.key) }
        for (key, node) in unknown.sorted(by: { $0.value.keyPosition < $1.value.keyPosition }) {
            if let explanation = retired[key] {
                report.warning(fullName(key), at: node.keyPosition, explanation)
                continue
            }
            let isSection = if case .table = node.value { true } else { false }
            report.warning(
                fullName(key), at: node.keyPosition, "unknown \(isSection ? "section" : "key"), ignored",
                suggestion: KnownWords.nearest(to: key, among: known).map(fullName))
        }
    }

    /// Reports a value of the wrong kind or out of range.
    func mismatch(_ key: String, _ node: TOMLNode, expected: String, isSecret: Bool = false) {
        let found = isSecret ? node.kind : node.summary
        report.error(fullName(key), at: node.position, "expected \(expected), found \(found)")
    }

    private func reader(_ key: String, _ node: TOMLNode?) -> TableReader {
        var members: [String: TOMLNode] = [:]
        if case .table(let found)? = node?.value { members = found }
        return TableReader(fullName(key), position: node?.position, members: members, report: report)
    }
}
