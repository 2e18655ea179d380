/// Rows in aligned columns, two blanks apart, no lines. Numbers go to the right.
struct TextTable {
    struct Column {
        var title: String
        var isNumber = false
        /// How many columns of the terminal a cell may take.
        var limit: Int?

        init(_ title: String, isNumber: Bool = false, limit: Int? = nil) {
            self.title = title
            self.isNumber = isNumber
            self.limit = limit
        }

        /// For texts that others choose: one of them must not push everything else off the screen.
        static func foreign(_ title: String) -> Column { Column(title, limit: 24) }

        fileprivate func fitting(_ cell: String) -> String {
            guard let limit, DisplayWidth.of(cell) > limit else { return cell }
            return DisplayWidth.prefix(cell, columns: limit - 1) + "…"
        }
    }

    private struct Row {
        var cells: [String]
        var tints: [Int: Style.Tint]
    }

    let columns: [Column]
    private var rows: [Row] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; empty cells show a dash, long ones of a column with a limit are cut.
    ///
    /// - Parameter tints: Colours of cells, by column.
    mutating func add(_ cells: [String], tints: [Int: Style.Tint] = [:]) {
        let fitting = zip(columns, cells).map { column, cell in
            cell.isEmpty ? "-" : column.fitting(Printable.line(cell))
        }
        rows.append(Row(cells: fitting, tints: tints))
    }

    /// The head and a line for each row.
    func lines(_ style: Style = .plain) -> [String] {
        let head = Row(
            cells: columns.map(\.title),
            tints: Dictionary(uniqueKeysWithValues: columns.indices.map { ($0, .bold) }))
        let all = [head] + rows
        let widths = columns.indices.map { column in all.map { DisplayWidth.of($0.cells[column]) }.max() ?? 0 }
        return all.map { row in
            var line = ""
            // Only so many blanks as something follows.
            var space = 0
            for (column, cell) in row.cells.enumerated() {
                let missing = widths[column] - DisplayWidth.of(cell)
                if columns[column].isNumber { space += missing }
                line += String(repeating: " ", count: space) + style(cell, row.tints[column])
                space = columns[column].isNumber ? 2 : missing + 2
            }
            return line
        }
    }
}
