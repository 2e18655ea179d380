/// A record that can stand in a `RoundRobin`.
protocol RoundRobinRecord {
    /// The record behind this one. Belongs to the queue.
    var following: Int32 { get set }
}

/// A queue of records in an array, by their positions; it is linked through the records, so that it needs no memory itself.
struct RoundRobin {
    /// The end of the queue.
    static let none: Int32 = -1

    private(set) var first = RoundRobin.none
    private var last = RoundRobin.none

    var isEmpty: Bool { first == Self.none }
    var firstIndex: Int? { first == Self.none ? nil : Int(first) }

    mutating func append(_ index: Int32, in records: inout [some RoundRobinRecord]) {
        records[Int(index)].following = Self.none
        if last == Self.none { first = index } else { records[Int(last)].following = index }
        last = index
    }

    /// Moves the first one to the end.
    mutating func rotate(in records: inout [some RoundRobinRecord]) {
        guard first != last else { return }
        let moved = first
        first = records[Int(moved)].following
        append(moved, in: &records)
    }

    /// Takes a record out, wherever it stands. The first one is found at once.
    mutating func remove(_ index: Int32, in records: inout [some RoundRobinRecord]) {
        var before = Self.none
        var candidate = first
        while candidate != Self.none, candidate != index {
            before = candidate
            candidate = records[Int(candidate)].following
        }
        guard candidate == index else { return }
        let following = records[Int(index)].following
        if before == Self.none { first = following } else { records[Int(before)].following = following }
        if last == index { last = before }
    }
}
