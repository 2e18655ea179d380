import PIMRPC
import Testing

@testable import pim

@Suite("The mesh a node belongs to")
struct MeshTests {
    @Test func anOpenMesh() {
        let open = MeshStatus(mode: .open, meshID: nil, fingerprint: nil)
        #expect(MeshReport(configured: open, running: nil).lines == ["mesh: open"])
        let labelled = MeshStatus(mode: .open, meshID: "office", fingerprint: nil)
        let lines = MeshReport(configured: labelled, running: labelled).lines
        #expect(lines.count == 2)
        #expect(lines[1].hasPrefix("  mesh_id:") && lines[1].contains("office") && lines[1].contains("without effect"))
    }

    @Test func aPrivateMeshAndADaemonInAnotherOne() {
        let configured = MeshStatus(mode: .private, meshID: nil, fingerprint: "00112233aabbccdd")
        let running = MeshStatus(mode: .private, meshID: nil, fingerprint: "ffffffffffffffff")
        let report = MeshReport(configured: configured, running: running)
        #expect(report.lines == ["mesh: private", "  mesh_id:     (unnamed)", "  fingerprint: 00112233aabbccdd"])
        #expect(report.note?.contains("ffffffffffffffff") == true)
        #expect(MeshReport(configured: configured, running: configured).note == nil)
        #expect(MeshReport(configured: configured, running: nil).note == nil)
    }

    @Test func passphrasesAreWorthWhatTheySay() {
        // 17 consonants and 5 vowels: 17 · 5 · 17 · 5 · 17 = 122,825 words, 16.9 bits each.
        #expect(PassphraseGenerator(words: 1).entropyBits == 16)
        #expect(PassphraseGenerator(words: 6).entropyBits == 101)
        var generator = SystemRandomNumberGenerator()
        let made = (0..<200).map { _ in PassphraseGenerator(words: 6).make(using: &generator) }
        #expect(Set(made).count == 200)
        #expect(made.allSatisfy { $0.split(separator: " ").count == 6 && $0.count == 35 })
        // Every letter of the alphabets turns up.
        #expect(Set(made.joined()).count == 17 + 5 + 1)
    }
}
