/// Rows that can be sorted by any column.
struct TopTable {
    /// A cell with what it is compared by.
    struct Cell {
        enum Key {
            case text(String)
            /// Absent numbers come last in either direction.
            case number(Double?)
        }

        var text: String
        var key: Key
        var tint: Style.Tint?

        static func text(_ text: String?, _ tint: Style.Tint? = nil) -> Cell {
            Cell(text: text ?? "", key: .text((text ?? "").lowercased()), tint: tint)
        }

        static func number(_ value: Double?, _ text: String, _ tint: Style.Tint? = nil) -> Cell {
            Cell(text: text, key: .number(value), tint: tint)
        }
    }

    var columns: [TextTable.Column]
    var rows: [[Cell]]
    /// What stands there when there are no rows.
    var absence: String

    /// The head and the rows, in order.
    func lines(by column: Int, descending: Bool, _ style: Style) -> [String] {
        var head = columns
        if columns.indices.contains(column) { head[column].title += descending ? "▼" : "▲" }
        var table = TextTable(head)
        for row in sorted(by: column, descending: descending) {
            let tints = Dictionary(
                row.enumerated().compactMap { index, cell in cell.tint.map { (index, $0) } },
                uniquingKeysWith: { first, _ in first })
            table.add(row.map(\.text), tints: tints)
        }
        return table.lines(style) + (rows.isEmpty ? [style(absence, .dim)] : [])
    }

    private func sorted(by column: Int, descending: Bool) -> [[Cell]] {
        guard columns.indices.contains(column) else { return rows }
        return rows.enumerated().sorted { left, right in
            let order = Self.compare(left.element[column].key, right.element[column].key, descending: descending)
            return order == 0 ? left.offset < right.offset : order < 0
        }.map(\.element)
    }

    private static func compare(_ left: Cell.Key, _ right: Cell.Key, descending: Bool) -> Int {
        func ordered<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
            left == right ? 0 : (left < right) != descending ? -1 : 1
        }
        switch (left, right) {
        case (.number(let left?), .number(let right?)): return ordered(left, right)
        case (.number(.some), .number(nil)): return -1
        case (.number(nil), .number(.some)): return 1
        case (.text(let left), .text(let right)): return ordered(left, right)
        default: return 0
        }
    }
}
