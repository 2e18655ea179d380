import PIMCore
import Testing

@testable import PIMDaemon

struct DistantTripsTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private let nodes = (0..<100).map { NodeID(high: 1, low: $0) }
    private var trips = DistantTrips()

    @Test mutating func onlyAFewAreAskedAtATime() {
        let first = trips.look(at: nodes, at: start)
        #expect(first == Array(nodes.prefix(DistantTrips.maximumAtWork)))
        #expect(trips.look(at: nodes, at: start).isEmpty)
        trips.note(.milliseconds(7), to: first[3])
        #expect(trips.trip(to: first[3]) == .milliseconds(7))
        #expect(trips.look(at: nodes, at: start) == [nodes[DistantTrips.maximumAtWork]])
    }

    @Test mutating func theNearestGetTheirTurnAndNobodyElse() {
        var asked: [NodeID] = []
        while true {
            let turn = trips.look(at: nodes, at: start)
            guard !turn.isEmpty else { break }
            asked += turn
            for node in turn { trips.note(nil, to: node) }
        }
        #expect(asked == Array(nodes.prefix(DistantTrips.maximumNodes)))
    }

    @Test mutating func onceInAnInterval() {
        let node = nodes[0]
        #expect(trips.look(at: [node], at: start) == [node])
        trips.note(.milliseconds(5), to: node)
        let almost = start.advanced(by: DistantTrips.interval - .milliseconds(1))
        #expect(trips.look(at: [node], at: almost).isEmpty)
        #expect(trips.look(at: [node], at: start.advanced(by: DistantTrips.interval)) == [node])
        // The last figure stands until there is another one, or none.
        #expect(trips.trip(to: node) == .milliseconds(5))
        trips.note(nil, to: node)
        #expect(trips.trip(to: node) == nil)
    }

    @Test mutating func whoIsNoLongerLookedAtIsForgotten() {
        #expect(trips.look(at: [nodes[0], nodes[1]], at: start) == [nodes[0], nodes[1]])
        trips.note(.milliseconds(5), to: nodes[0])
        #expect(trips.look(at: [nodes[1]], at: start).isEmpty)
        #expect(trips.trip(to: nodes[0]) == nil)
        // Who was being asked meanwhile is not asked twice at once.
        #expect(trips.look(at: [], at: start).isEmpty)
        #expect(trips.look(at: [nodes[1]], at: start.advanced(by: .seconds(60))).isEmpty)
    }

    @Test mutating func whoHasWaitedLongestComesFirst() {
        let few = Array(nodes.prefix(12))
        _ = trips.look(at: few, at: start)
        for node in few { trips.note(nil, to: node) }
        let later = start.advanced(by: DistantTrips.interval)
        // Four were never asked.
        #expect(trips.look(at: few, at: later) == Array(few[8...] + few[..<4]))
    }
}
