import ArgumentParser
import Testing

@testable import pim

@Suite("Manual pages")
struct ManualTests {
    @Test func everyCommandPeopleAreToldOfIsThere() throws {
        let pages = ManualPage.all(of: try CommandHelp.reading(Pim._dumpHelp()), version: "1.2.3")
        let root = try #require(pages.first)
        #expect(root.fileName == "pim.1")
        for command in Pim.configuration.subcommands where command.configuration.shouldDisplay {
            let name = try #require(command.configuration.commandName)
            let page = try #require(pages.first { $0.fileName == "pim-\(name).1" })
            #expect(root.text.contains("\\fBpim \(name)\\fR"))
            for child in command.configuration.subcommands {
                let title = Roff.quoted("pim \(name) \(child.configuration.commandName ?? "")")
                #expect(page.text.contains(".SS \(title)"))
            }
        }
        #expect(!pages.contains { $0.fileName == "pim-manual.1" || $0.fileName == "pim-help.1" })
    }

    @Test func pagesTellOptionsExitCodesAndVersion() throws {
        let pages = ManualPage.all(of: try CommandHelp.reading(Pim._dumpHelp()), version: "1.2.3")
        let page = try #require(pages.first { $0.fileName == "pim-ping.1" }).text
        #expect(page.hasPrefix(".TH \"PIM\\-PING\" 1 \"\" \"swift\\-pim 1.2.3\""))
        #expect(page.contains(".TP\n\\fB\\-c\\fR, \\fB\\-\\-count\\fR \\fIcount\\fR\n"))
        #expect(page.contains(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nDone."))
        #expect(page.contains("pim\\-daemon(8)"))
    }

    @Test func textMeansItself() {
        #expect(Roff.escape("a-b\\n") == "a\\-b\\en")
        #expect(Roff.escape(".x\n'y\nz") == "\\&.x\n\\&'y\nz")
        #expect(Roff.quoted("say \"x\"") == "\"say \\(dqx\\(dq\"")
        #expect(Roff.paragraphs("a\n\nb") == ["a", ".PP", "b"])
    }

    @Test func exitCodesAreTheOnesOfTheProgram() {
        #expect(ManualNotes.exitCodes.map(\.0) == [0, 1, 2, 3, 4])
        for (code, _) in ManualNotes.exitCodes { #expect(ExitStatus(rawValue: Int32(code)) != nil) }
        #expect(ExitStatus(rawValue: 5) == nil)
    }
}
