import Attacks
import PIMCore
import Testing

@Suite struct StrangerTableTests {
    private func link(_ number: Int) -> LinkID { LinkID(rawValue: UInt64(number)) }
    private func address(_ number: Int) -> AddressGroup { AddressGroup("192.0.2.\(number)") }

    @Test func anAddressAtItsBoundMakesRoomForItselfNowAndThen() {
        var table = StrangerTable(total: 10, perAddress: 2)
        for number in 1...2 { #expect(table.admit(link(number), from: address(1), at: .zero) == .admit) }
        #expect(table.admit(link(3), from: address(1), at: .zero) == .admitInsteadOf(link(1)))
        #expect(table.admit(link(4), from: address(1), at: .zero) == .refuse)
        let later = MonotonicTime.zero.advanced(by: StrangerTable.turnover)
        #expect(table.admit(link(5), from: address(1), at: later) == .admitInsteadOf(link(2)))
        #expect(table.count == 2)
    }

    @Test func theOldestOfTheMostCrowdedAddressMakesRoomForOthers() {
        var table = StrangerTable(total: 4, perAddress: 3)
        #expect(table.admit(link(1), from: address(1), at: .zero) == .admit)
        for number in 2...4 { #expect(table.admit(link(number), from: address(2), at: .zero) == .admit) }
        #expect(table.admit(link(5), from: address(3), at: .zero) == .admitInsteadOf(link(2)))
        #expect(table.admit(link(6), from: address(4), at: .zero) == .admitInsteadOf(link(3)))
        // Everybody has one place now: whoever waited longest.
        #expect(table.admit(link(7), from: address(5), at: .zero) == .admitInsteadOf(link(1)))
        #expect(table.count == 4)
    }

    @Test func aFloodFromManyAddressesCannotPushOutWhoHasOnePlace() {
        var table = StrangerTable(total: 64, perAddress: 32)
        #expect(table.admit(link(0), from: address(200), at: .zero) == .admit)
        var evicted: [LinkID] = []
        for number in 1...10_000 {
            let time = MonotonicTime.zero.advanced(by: .milliseconds(number))
            if case .admitInsteadOf(let victim) = table.admit(link(number), from: address(number % 40), at: time) {
                evicted.append(victim)
            }
        }
        #expect(!evicted.isEmpty && !evicted.contains(link(0)))
        #expect(table.count == 64 && table.count(of: address(200)) == 1)
    }

    @Test func restrictedAddressesGetFewPlaces() {
        var table = StrangerTable(total: 100, perAddress: 32, perRestrictedAddress: 4)
        table.restricted = [address(1)]
        let admitted = (0..<32).filter { table.admit(link($0), from: address(1), at: .zero) == .admit }
        #expect(admitted.count == 4)
        #expect(table.admit(link(100), from: address(2), at: .zero) == .admit)
    }

    @Test func leavingTwiceCountsOnce() {
        var table = StrangerTable(total: 1, perAddress: 1)
        #expect(table.admit(link(1), from: address(1), at: .zero) == .admit)
        #expect(table.remove(link(1)) == address(1))
        #expect(table.remove(link(1)) == nil)
        #expect(table.count == 0)
        #expect(table.admit(link(2), from: address(1), at: .zero) == .admit)
    }

    @Test func withoutPlacesEverybodyIsRefused() {
        var table = StrangerTable(total: 0, perAddress: 8)
        #expect(table.admit(link(1), from: address(1), at: .zero) == .refuse)
    }

    @Test func staysConsistentWhateverComesAndGoes() {
        var table = StrangerTable(total: 20, perAddress: 6)
        var present: [LinkID: AddressGroup] = [:]
        var generator = SystemRandomNumberGenerator()
        for number in 0..<3000 {
            let time = MonotonicTime.zero.advanced(by: .milliseconds(number * 7))
            if let known = present.keys.randomElement(), Bool.random(using: &generator) {
                #expect(table.remove(known) == present.removeValue(forKey: known))
            } else {
                let group = address(Int.random(in: 1...9))
                switch table.admit(link(number), from: group, at: time) {
                case .refuse: continue
                case .admit: break
                case .admitInsteadOf(let victim): #expect(present.removeValue(forKey: victim) != nil)
                }
                present[link(number)] = group
            }
            #expect(table.count == present.count && table.count <= 20)
        }
        for number in 1...9 {
            #expect(table.count(of: address(number)) == present.values.count { $0 == address(number) })
        }
    }

    /// Two addresses hold all places. Without the rule the newcomer stays outside.
    @Test func aCrowdDoesNotKeepNewcomersOut() {
        let outcome = attack(on: .strangerCrowding) {
            var table = StrangerTable(total: 8, perAddress: 8)
            for number in 0..<100 { _ = table.admit(link(number), from: address(number % 2), at: .zero) }
            return table.admit(link(1000), from: address(9), at: .zero) == .refuse
        }
        #expect(outcome == .prevented)
    }
}
