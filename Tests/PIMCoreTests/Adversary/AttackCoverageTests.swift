import Foundation
import PIMCore
import Testing

/// Every rule is attacked by a test and explained in `docs/attacks.md`: a rule nobody attacks may be one that does
/// nothing.
@Suite struct AttackCoverageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The rules that appear as `attack(on: .rule)` in the sources of the tests.
    private static func attackedRules() throws -> Set<String> {
        let tests = root.appending(path: "Tests")
        let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
        var rules: Set<String> = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift", file.lastPathComponent != "Attack.swift" else { continue }
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: /attack\(\s*on: \.(\w+)\)/) {
                rules.insert(String(match.1))
            }
        }
        return rules
    }

    @Test func everyRuleIsAttacked() throws {
        let attacked = try Self.attackedRules()
        #expect(SafetyRule.allCases.map(\.rawValue).filter { !attacked.contains($0) } == [])
    }

    @Test func everyRuleIsExplained() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/attacks.md"), encoding: .utf8)
        #expect(SafetyRule.allCases.map(\.rawValue).filter { !page.contains("`\($0)`") } == [])
    }
}
