import PIMCore
import PIMNode
import PIMWire
import Testing

@testable import PIMDaemon

@Suite struct ParkedPayloadsTests {
    private let start = MonotonicTime.zero
    private func peer(_ number: UInt64) -> NodeID { NodeID(high: 1, low: number) }

    private func payload(_ body: [UInt8], to peer: NodeID) -> OutgoingPayload {
        OutgoingPayload(destination: peer, payload: PluginPayload(kind: "test", body: body), isDirect: true)
    }

    /// Parks as many payloads as are taken, and says how many that were.
    private func fill(_ parked: inout ParkedPayloads, for peer: NodeID, with body: [UInt8]) -> Int {
        var count = 0
        while parked.park(payload(body, to: peer), at: start) { count += 1 }
        return count
    }

    @Test func whatIsParkedComesBackInOrder() {
        var parked = ParkedPayloads()
        for byte in UInt8(1)...3 { _ = parked.park(payload([byte], to: peer(1)), at: start) }
        let first = parked.takeReady(at: start) { $0.destination == peer(1) }
        #expect(first.map(\.payload.body) == [[1], [2], [3]])
        let second = parked.takeReady(at: start) { $0.destination == peer(1) }
        #expect(second.isEmpty)
    }

    @Test func whatIsOldIsGoneAndMakesRoom() {
        var parked = ParkedPayloads()
        #expect(fill(&parked, for: peer(1), with: [1]) == ParkedPayloads.framesPerPeer)
        let later = start.advanced(by: ParkedPayloads.lifetime)
        _ = parked.park(payload([3], to: peer(1)), at: later)
        let rest = parked.takeReady(at: later) { $0.destination == peer(1) }
        #expect(rest.map(\.payload.body) == [[3]])
    }

    /// RS-10.
    @Test func whatHasToWaitAgainKeepsItsAge() throws {
        var parked = ParkedPayloads()
        _ = parked.park(payload([1], to: peer(1)), at: start)
        let half = start.advanced(by: .seconds(20))
        let again = try #require(parked.takeReady(at: half) { _ in true }.first)
        let isParked = parked.park(again, at: half)
        #expect(isParked)
        let late = start.advanced(by: .seconds(31))
        let rest = parked.takeReady(at: late) { _ in true }
        #expect(rest.isEmpty)
        let isParkedLate = parked.park(again, at: late)
        #expect(!isParkedLate)
    }

    @Test func onlyWhatHasAWayIsTakenAndTheRestKeepsItsPlace() {
        var parked = ParkedPayloads()
        for byte in UInt8(1)...4 { _ = parked.park(payload([byte], to: peer(1)), at: start) }
        let even = parked.takeReady(at: start) { $0.payload.body[0] % 2 == 0 }
        #expect(even.map(\.payload.body) == [[2], [4]])
        let odd = parked.takeReady(at: start) { _ in true }
        #expect(odd.map(\.payload.body) == [[1], [3]])
    }

    @Test func bytesAreBoundedPerPeerAndInAll() {
        var parked = ParkedPayloads()
        // With its kind, a payload counts a little more than its body.
        let body = [UInt8](repeating: 0, count: (64 << 10) - payload([], to: peer(1)).size)
        let perPeer = ParkedPayloads.bytesPerPeer / (64 << 10)
        for number in 1...UInt64(ParkedPayloads.bytesInAll / ParkedPayloads.bytesPerPeer) {
            #expect(fill(&parked, for: peer(number), with: body) == perPeer)
        }
        #expect(fill(&parked, for: peer(100), with: body) == 0)
        let taken = parked.takeReady(at: start) { $0.destination == peer(1) }
        #expect(taken.count == perPeer)
        #expect(fill(&parked, for: peer(100), with: body) == perPeer)
    }
}
