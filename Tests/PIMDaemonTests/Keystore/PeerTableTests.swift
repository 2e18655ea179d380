import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct PeerTableTests {
    private typealias Samples = PeerSamples
    private let peer = PeerSamples.peer(1)

    private func table(holding state: KeyState, name: String = "old") -> PeerTable {
        var table = PeerTable(limit: 10)
        if state == .imported {
            _ = table.importKey(Samples.key(1), of: peer, name: name, at: 1000)
        } else {
            _ = table.record(Samples.announcement(key: 1, name: name, state: state))
        }
        return table
    }

    @Test(arguments: KeyState.allCases, KeyState.allCases)
    func keyOfHigherStateReplacesAndWithinAStateTheFirstStays(known: KeyState, announced: KeyState) {
        var table = table(holding: known)
        let outcome = table.record(Samples.announcement(key: 2, name: "new", state: announced, at: 2000))
        let row = table.rows[peer]
        if known == .verified, announced != .verified {
            #expect(outcome == .ignored)
        } else if announced > known {
            #expect(outcome == .replaced(previous: Samples.key(1)))
            #expect(row?.key == Samples.key(2))
            #expect(row?.keyState == announced)
            #expect(row?.name == "new")
            #expect(row?.lastSeen == 2000)
            #expect(row?.firstSeen == 1000)
            return
        } else {
            #expect(outcome == .conflict(kept: Samples.key(1)))
        }
        #expect(row?.key == Samples.key(1))
        #expect(row?.keyState == known)
        #expect(row?.name == "old")
        #expect(row?.lastSeen == 1000)
    }

    @Test(arguments: KeyState.allCases, KeyState.allCases)
    func sameKeyIsRefreshedAndItsStateOnlyRises(known: KeyState, announced: KeyState) {
        var table = table(holding: known)
        let outcome = table.record(Samples.announcement(key: 1, name: "new", state: announced, at: 2000))
        let isDropped = known == .verified && announced != .verified
        #expect(outcome == (isDropped ? .ignored : .refreshed))
        #expect(table.rows[peer]?.keyState == max(known, announced))
        #expect(table.rows[peer]?.lastSeen == (isDropped ? 1000 : 2000))
    }

    @Test func claimDoesNotRenameAPeerThatProvedMore() {
        for state in [KeyState.neighbour, .imported] {
            var table = table(holding: state)
            _ = table.record(Samples.announcement(name: "forged", state: .claimed))
            #expect(table.rows[peer]?.name == "old")
            _ = table.record(Samples.announcement(name: "renamed", state: .neighbour))
            #expect(table.rows[peer]?.name == "renamed")
        }
        var nameless = table(holding: .imported, name: "")
        _ = nameless.record(Samples.announcement(name: "said", state: .claimed))
        #expect(nameless.rows[peer]?.name == "said")
    }

    @Test func lastSeenNeverGoesBack() {
        var table = table(holding: .claimed)
        _ = table.record(Samples.announcement(at: 10))
        #expect(table.rows[peer]?.lastSeen == 1000)
    }

    @Test func namesAreCutWhereTheWireCutsThem() {
        var table = PeerTable(limit: 10)
        _ = table.record(Samples.announcement(name: String(repeating: "é", count: 200)))
        #expect(table.rows[peer]?.name == String(repeating: "é", count: 127))
    }

    @Test func importHasThreeResults() {
        var table = PeerTable(limit: 10)
        func importKey(_ key: UInt8, _ name: String, at time: UInt64) -> ImportOutcome {
            table.importKey(Samples.key(key), of: peer, name: name, at: time).outcome
        }
        #expect(importKey(1, "a", at: 1) == .inserted)
        #expect(importKey(1, "", at: 5) == .refreshed)
        #expect(table.rows[peer]?.name == "a")
        #expect(table.rows[peer]?.lastSeen == 5)
        #expect(importKey(1, "b", at: 6) == .refreshed)
        #expect(table.rows[peer]?.name == "b")
        let before = table.rows
        #expect(importKey(2, "c", at: 7) == .keyMismatch(existing: Samples.key(1)))
        #expect(table.rows == before)
    }

    @Test func importReplacesAClaimAndNothingMore() {
        var claimed = table(holding: .claimed)
        let replaced = claimed.importKey(Samples.key(2), of: peer, name: "", at: 2).outcome
        #expect(replaced == .inserted)
        #expect(claimed.rows[peer]?.key == Samples.key(2))
        #expect(claimed.rows[peer]?.name == "")
        #expect(claimed.rows[peer]?.keyState == .imported)
        for state in [KeyState.neighbour, .verified] {
            var table = table(holding: state)
            let other = table.importKey(Samples.key(2), of: peer, name: "", at: 2).outcome
            #expect(other == .keyMismatch(existing: Samples.key(1)))
            let same = table.importKey(Samples.key(1), of: peer, name: "", at: 2).outcome
            #expect(same == .refreshed)
            #expect(table.rows[peer]?.keyState == max(state, .imported))
        }
    }

    @Test func conflictsAreReportedEveryTenSecondsPerPeer() {
        var table = table(holding: .claimed)
        let answers = [1000, 1001, 10_999, 11_000, 11_001, 500, 501].map {
            table.shouldReportConflict(of: peer, at: $0)
        }
        #expect(answers == [true, false, false, true, false, true, false])
        let unknown = table.shouldReportConflict(of: Samples.peer(9), at: 0)
        #expect(!unknown)
    }

    @Test func strangersMakeRoomForStrangersOldestFirst() {
        var table = PeerTable(limit: 4)
        for number in 1...4 { _ = table.record(Samples.announcement(UInt64(number), at: UInt64(number))) }
        let outcome = table.record(Samples.announcement(5, at: 5))
        #expect(outcome == .inserted(evicted: [Samples.peer(1)]))
        #expect(table.rows.count == 4)
    }

    @Test func rowsWithAUseOutliveAnyNumberOfStrangers() {
        var table = PeerTable(limit: 4)
        _ = table.record(Samples.announcement(1, state: .neighbour, at: 1))
        _ = table.importKey(Samples.key(1), of: Samples.peer(2), name: "", at: 2)
        _ = table.record(Samples.announcement(3, at: 3))
        let contacts = [table.noteContact(with: Samples.peer(3)), table.noteContact(with: Samples.peer(3))]
        #expect(contacts == [true, false])
        for number in 100...500 { _ = table.record(Samples.announcement(UInt64(number), at: UInt64(number))) }
        #expect(table.rows.count == 4)
        #expect(Set([1, 2, 3].map(Samples.peer)).isSubset(of: table.rows.keys))

        _ = table.record(Samples.announcement(600, state: .neighbour, at: 600))
        #expect(table.rows.values.allSatisfy { $0.worth > .hearsay })
        let stranger = table.record(Samples.announcement(700, at: 700))
        #expect(stranger == .full)
        let neighbour = table.record(Samples.announcement(800, state: .neighbour, at: 800))
        #expect(neighbour == .inserted(evicted: [Samples.peer(1)]))
        let imported = table.importKey(Samples.key(1), of: Samples.peer(900), name: "", at: 900)
        #expect(imported.evicted == [Samples.peer(600)])
        #expect(table.rows.count == 4)
    }

    @Test func nobodyLinksHisWayIntoThePlaceOfAChosenPeer() {
        var table = PeerTable(limit: 3)
        _ = table.importKey(Samples.key(1), of: Samples.peer(1), name: "", at: 1)
        _ = table.record(Samples.announcement(2, at: 2))
        _ = table.noteContact(with: Samples.peer(2))
        for number in 100...200 {
            _ = table.record(Samples.announcement(UInt64(number), state: .neighbour, at: UInt64(number)))
        }
        #expect(Set(table.rows.keys) == Set([1, 2, 200].map(Samples.peer)))
        _ = table.importKey(Samples.key(1), of: Samples.peer(3), name: "", at: 300)
        let late = table.record(Samples.announcement(201, state: .neighbour, at: 301))
        #expect(late == .full)
        #expect(Set(table.rows.keys) == Set([1, 2, 3].map(Samples.peer)))
    }

    @Test func sweepTakesWhatIsOldAndNotInUse() {
        var table = PeerTable(limit: 10)
        for number in 1...5 { _ = table.record(Samples.announcement(UInt64(number), at: 100 - UInt64(number))) }
        let inUse = Samples.peer(4)
        let removed = table.removeRows(lastSeenBefore: 98) { $0 == inUse }
        #expect(removed == [Samples.peer(5), Samples.peer(3)])
        #expect(Set(table.rows.keys) == Set([1, 2, 4].map(Samples.peer)))
    }
}
