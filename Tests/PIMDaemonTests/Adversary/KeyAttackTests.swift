import Attacks
import PIMCore
import Testing

@testable import PIMDaemon

/// Keys planted in the name of others (`spec/wire.md` §20.5, `spec/messaging.md` §18.7, `design/extensions.md` §3).
@Suite struct KeyAttackTests {
    /// Every pair of ways where the second is worth no more than the first.
    private static let pairs = KeyState.allCases.flatMap { known in
        KeyState.allCases.filter { $0 <= known }.map { (known, $0) }
    }

    @Test(arguments: pairs)
    func aPlantedKeyDoesNotReplaceAKnownOne(known: KeyState, planted: KeyState) {
        let outcome = attack(on: .keyPinning) {
            var table = PeerTable(limit: 10)
            _ = table.record(PeerSamples.announcement(key: 1, state: known))
            _ = table.record(PeerSamples.announcement(key: 2, state: planted, at: 2000))
            return table.rows[PeerSamples.peer(1)]?.key == PeerSamples.key(2)
        }
        #expect(outcome == .prevented)
    }
}
