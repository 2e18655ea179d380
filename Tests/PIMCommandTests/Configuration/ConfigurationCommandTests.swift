import Foundation
import PIMCore
import PIMDaemon
import PIMRPC
import Testing

@testable import pim

@Suite("The configuration on the command line")
struct ConfigurationCommandTests {
    @Test func valuesAsTheyArePrinted() {
        #expect(TOMLText.alone(.string("a b")) == "a b")
        #expect(TOMLText.alone(.integer(7)) == "7")
        #expect(TOMLText.alone(.array([.string("a\""), .bool(true)])) == "[\"a\\\"\", true]")
        #expect(
            TOMLText.alone(.object(["b": .integer(1), "a": .object(["x y": .string("z")])]))
                == "a.\"x y\" = \"z\"\nb = 1")
        #expect(TOMLText.alone(.array([.object(["a": .integer(1)]), .object(["a": .integer(2)])])) == "a = 1\n\na = 2")
    }

    @Test func everyKeyOfTheTemplateIsKnown() {
        let keys = ConfigurationKeys.all
        for key in [
            "transport.listen_port", "mesh.passphrase", "mesh.kdf.m_cost_kib", "gateway.nat_interface",
            "routing.max_hops",
        ] {
            #expect(keys.contains(key), "\(key)")
        }
        #expect(!keys.contains { $0.hasPrefix("peers.") || $0.contains(" ") || $0.contains("#") })
    }

    @Test func absentKeysAreExplained() {
        #expect(ConfigGetCommand.absence(of: "routing.max_hops", in: "f").contains("default"))
        #expect(ConfigGetCommand.absence(of: "gateway", in: "f").contains("default"))
        #expect(ConfigGetCommand.absence(of: "routing.max_hop", in: "f").contains("did you mean “routing.max_hops”?"))
        #expect(ConfigGetCommand.absence(of: "quite.something.else", in: "f") == "quite.something.else is not in f")
    }

    @Test func whatBecameOfAChangeIsSaid() {
        let result = ConfigSaveResult(
            saved: true, requiresRestart: ["transport.listen_port"], writtenTo: "f", applied: ["routing.kill_switch"],
            warnings: [ConfigProblem(line: 3, path: "x.y", message: "unknown key")])
        #expect(
            ConfigurationChangeReport(result, isRunning: true).lines == [
                "saved in f", "applied: routing.kill_switch", "from the next start: transport.listen_port",
                "warning: 3: x.y: unknown key",
            ])
        let stored = ConfigurationChangeReport(result, isRunning: false).lines
        #expect(stored.contains { $0.contains("next start, or") })
    }

    @Test func checksOfTheDaemonAreReadAsValues() {
        let report = CheckReport(
            output: "pim-daemon: config error: 1 error in f\n/a/f:2:13: error: a.b: wrong: x\n/a/f: warning: odd\n",
            isSound: false)
        #expect(
            report.json
                == .object([
                    "ok": .bool(false),
                    "problems": .array([
                        .object([
                            "file": .string("/a/f"), "line": .integer(2), "column": .integer(13),
                            "severity": .string("error"), "message": .string("a.b: wrong: x"),
                        ]),
                        .object([
                            "file": .string("/a/f"), "severity": .string("warning"), "message": .string("odd"),
                        ]),
                    ]),
                ]))
    }

    @Test func aCheckThatFailsAlwaysHasAReason() {
        let message = "pim-daemon: io error: there is no configuration file /nowhere"
        for (output, reason) in [(message + "\n", message), ("", "the daemon refuses it and does not say why")] {
            #expect(
                CheckReport(output: output, isSound: false).json
                    == .object([
                        "ok": .bool(false),
                        "problems": .array([
                            .object(["severity": .string("error"), "message": .string(reason)])
                        ]),
                    ]))
        }
        #expect(
            CheckReport(output: "all is well\n", isSound: true).json
                == .object(["ok": .bool(true), "problems": .array([])]))
    }

    @Test func withoutATerminalOnlyAnEditorThatWasNamedIsRun() throws {
        #expect(try Editor.chosen(environment: ["EDITOR": "ed -s"], hasTerminal: false).command == "ed -s")
        #expect(try Editor.chosen(environment: ["EDITOR": "ed", "VISUAL": "vi"], hasTerminal: true).command == "vi")
        #expect(throws: CommandFailure.self) {
            try Editor.chosen(environment: ["PATH": "/usr/bin:/bin", "EDITOR": ""], hasTerminal: false)
        }
    }

    @Test func aFileIsChangedInPlaceOrNotAtAll() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pim-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("pim.toml")
        let text = "# mine\n[node]\nname = \"n\"\n\n[routing]\nmax_hops = 10 # far\n"
        try text.write(to: file, atomically: false, encoding: .utf8)
        let stored = StoredConfiguration(path: file.path)

        let result = try stored.set([.init(key: "routing.max_hops", value: .integer(12))], dryRun: false)
        #expect(result.requiresRestart == ["routing.max_hops"])
        let changed = try String(contentsOf: file, encoding: .utf8)
        #expect(changed == text.replacingOccurrences(of: "10", with: "12"))

        #expect(throws: ConfigurationFailure.self) {
            try stored.set([.init(key: "routing.max_hops", value: .string("x"))], dryRun: false)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == changed)

        // A mask stands for the secret it hides, and for nothing where there is none.
        let secret = changed + "\n[plugins.x]\ntoken = \"t\"\n"
        try secret.write(to: file, atomically: false, encoding: .utf8)
        let shown = try stored.read(includingSecrets: false).config
        #expect(shown.contains(ConfigGetResult.mask))
        let read = try stored.read(includingSecrets: true)
        _ = try stored.save(shown.replacingOccurrences(of: "12", with: "11"), insteadOf: read, dryRun: false)
        #expect(
            try String(contentsOf: file, encoding: .utf8) == secret.replacingOccurrences(of: "12", with: "11"))
        #expect(throws: ConfigurationFailure.self) {
            try stored.set([.init(key: "plugins.y.token", value: .string(ConfigGetResult.mask))], dryRun: false)
        }
        try changed.write(to: file, atomically: false, encoding: .utf8)

        let old = try stored.read(includingSecrets: true)
        try "# somebody else\n\(changed)".write(to: file, atomically: false, encoding: .utf8)
        #expect(throws: PIMError.self) { try stored.save(text, insteadOf: old, dryRun: false) }
    }
}
