/// What `pim top` shows and how: everything but the terminal. Keys and samples go in; ``TopScreen`` draws it.
struct TopModel: Sendable {
    /// How one list is shown.
    struct View: Equatable, Sendable {
        var sortColumn = 0
        var isDescending = false
        var offset = 0
    }

    private(set) var sample: TopSample?
    private(set) var rates: TopRates?
    /// Why there is nothing new, while there is none.
    private(set) var trouble: String?
    private(set) var section = TopSection.peers
    private(set) var views: [TopSection: View] = [:]
    private(set) var showsHelp = false
    private(set) var isPaused = false

    var view: View { views[section] ?? View() }

    mutating func take(_ new: TopSample) {
        trouble = nil
        guard !isPaused else { return }
        rates = sample.flatMap { TopRates(from: $0, to: new) }
        sample = new
    }

    mutating func lost(_ reason: String) {
        trouble = reason
        rates = nil
    }

    /// - Parameter room: How many rows of a list fit on the screen.
    /// - Returns: Whether to go on.
    mutating func press(_ key: Key, room: Int) -> Bool {
        if showsHelp {
            showsHelp = false
            return key != .character("q")
        }
        switch key {
        case .character("q"), .escape, .control("c"), .control("d"): return false
        case .tab, .right, .character("l"): turn(by: 1)
        case .backTab, .left, .character("h"): turn(by: -1)
        case .character(let digit) where ("1"..."4").contains(digit):
            section = digit.wholeNumberValue.flatMap { TopSection(rawValue: $0 - 1) } ?? section
        case .character("s"): sort(by: 1)
        case .character("S"): sort(by: -1)
        case .character("r"): change { $0.isDescending.toggle() }
        case .up, .character("k"): scroll(by: -1, room)
        case .down, .character("j"): scroll(by: 1, room)
        case .pageUp: scroll(by: -max(1, room), room)
        case .pageDown, .character(" "): scroll(by: max(1, room), room)
        case .home, .character("g"): change { $0.offset = 0 }
        case .end, .character("G"): scroll(by: rowCount, room)
        case .character("p"): isPaused.toggle()
        case .character("?"): showsHelp = true
        default: break
        }
        return true
    }

    private var rowCount: Int { sample.map { section.table($0).rows.count } ?? 0 }

    private mutating func turn(by step: Int) {
        let count = TopSection.allCases.count
        section = TopSection(rawValue: (section.rawValue + step + count) % count) ?? section
    }

    private mutating func sort(by step: Int) {
        guard let count = sample.map({ section.table($0).columns.count }), count > 0 else { return }
        change { $0.sortColumn = ($0.sortColumn + step + count) % count }
    }

    private mutating func scroll(by step: Int, _ room: Int) {
        let last = max(0, rowCount - room)
        change { $0.offset = min(last, max(0, $0.offset + step)) }
    }

    private mutating func change(_ change: (inout View) -> Void) {
        change(&views[section, default: View()])
    }
}
