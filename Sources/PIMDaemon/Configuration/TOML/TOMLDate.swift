/// Dates and times of TOML, which the configuration has no use for, and which must be right all the same.
enum TOMLDate {
    /// Whether a text that has the form of a date, a time or both names one that there is.
    static func exists(_ text: String) -> Bool {
        var rest = text[...]
        if !text.dropFirst(2).hasPrefix(":") {
            let date = rest.prefix(10).split(separator: "-").compactMap { Int($0) }
            guard date.count == 3, isDay(date[2], month: date[1], year: date[0]) else { return false }
            rest = rest.dropFirst(10)
            guard !rest.isEmpty else { return true }
            rest = rest.dropFirst()
        }
        let clock = rest.prefix(8).split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] <= 60 else { return false }
        // Behind the fraction of the second.
        let zone = rest.dropFirst(8).drop { $0 == "." || $0.isNumber }.dropFirst()
        guard zone.count == 5 else { return true }
        let shift = zone.split(separator: ":").compactMap { Int($0) }
        return shift.count == 2 && shift[0] < 24 && shift[1] < 60
    }

    private static func isDay(_ day: Int, month: Int, year: Int) -> Bool {
        let isLeap = (year.isMultiple(of: 4) && !year.isMultiple(of: 100)) || year.isMultiple(of: 400)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return lengths.indices.contains(month - 1) && (1...lengths[month - 1]).contains(day)
    }
}
