import Foundation
import Testing

@testable import PIMHost

@Suite struct HostJournalTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.file(HostJournal.fileName) }

    init() throws { directory = try TemporaryDirectory() }

    private static let every: [HostChange] = [
        .sysctl(path: "net/ipv4/ip_forward", previous: "0"),
        .file(path: "/etc/resolv.conf", previous: .content([0, 255, 10], permissions: 0o644)),
        .file(path: "/etc/other", previous: .link(target: "../run/x")),
        .file(path: "/etc/none", previous: .absent),
        .nftTable(name: "inet pim"),
        .rules(table: 7477),
    ]

    @Test func theNextDaemonReadsWhatTheLastOneChanged() throws {
        let journal = try HostJournal(directory: directory.path)
        for change in Self.every { try journal.record(change) }
        #expect(try TemporaryDirectory.mode(of: path) == 0o600)
        #expect(try HostJournal(directory: directory.path).changes == Self.every)
    }

    /// The kernel starts with its own settings, rules and tables; files are as they were left.
    @Test func ofAnotherBootOnlyFilesAreKept() throws {
        let journal = try HostJournal(directory: directory.path, boot: "first")
        for change in Self.every { try journal.record(change) }
        #expect(try HostJournal(directory: directory.path, boot: "first").changes == Self.every)
        let files = Self.every.filter { if case .file = $0 { true } else { false } }
        let next = try HostJournal(directory: directory.path, boot: "second")
        #expect(next.changes == files)
        // What the new boot adds is not taken for the old one's.
        try next.record(.rules(table: 7477))
        #expect(try HostJournal(directory: directory.path, boot: "second").changes == files + [.rules(table: 7477)])
    }

    @Test func whatNeedsNoUndoingAfterABootIsNoFileEither() throws {
        try HostJournal(directory: directory.path, boot: "first").record(.nftTable(name: "inet pim"))
        _ = try HostJournal(directory: directory.path, boot: "second")
        #expect(directory.entries == [])
    }

    @Test func aJournalThatNamesNoBootIsTakenWhole() throws {
        try HostJournal(directory: directory.path, boot: nil).record(.nftTable(name: "inet pim"))
        #expect(try HostJournal(directory: directory.path, boot: "any").changes == [.nftTable(name: "inet pim")])
    }

    @Test func whatWasUndoneIsForgottenAndNothingIsLeft() throws {
        let journal = try HostJournal(directory: directory.path)
        for change in Self.every { try journal.record(change) }
        for change in Self.every {
            try journal.forget(change)
            #expect(try HostJournal(directory: directory.path).changes == journal.changes)
        }
        #expect(directory.entries == [])
    }

    @Test func theOldestStateIsTheOneToGoBackTo() throws {
        let journal = try HostJournal(directory: directory.path)
        try journal.record(.sysctl(path: "net/x", previous: "original"))
        try journal.record(.sysctl(path: "net/x", previous: "ours"))
        #expect(journal.changes == [.sysctl(path: "net/x", previous: "original")])
        try journal.forget(.sysctl(path: "net/x", previous: "ours"))
        #expect(journal.changes == [])
    }

    @Test func aBrokenJournalIsKeptAsideAndDoesNotStopTheDaemon() throws {
        try Data("{\"changes\": [".utf8).write(to: URL(fileURLWithPath: path))
        let journal = try HostJournal(directory: directory.path)
        #expect(journal.changes == [])
        #expect(directory.entries == [HostJournal.fileName + ".broken"])
    }

    /// A change must not be made when it cannot be recorded.
    @Test func aChangeThatCannotBeRecordedIsRefused() throws {
        let journal = try HostJournal(directory: directory.path)
        try FileManager.default.removeItem(atPath: directory.path)
        #expect(throws: FileError.self) { try journal.record(.rules(table: 1)) }
        #expect(journal.changes == [])
    }

    #if os(Linux)
        @Test(.enabled(if: NetworkNamespace.isAvailable, "needs root for a network namespace"))
        func aKernelSettingIsPutBackByTheNextDaemon() async throws {
            let place = directory.path
            try await NetworkNamespace.run {
                let setting = KernelSetting("net/ipv4/ip_forward")
                let before = try setting.read()
                let value = before == "1" ? "0" : "1"
                let journal = try HostJournal(directory: place)
                #expect(try journal.set(setting, to: value))
                #expect(try !journal.set(setting, to: value))
                #expect(try setting.read() == value)

                let next = try HostJournal(directory: place)
                #expect(next.restoreSettings() == [])
                #expect(try setting.read() == before)
                #expect(next.changes == [])
            }
        }

        @Test(.enabled(if: NetworkNamespace.isAvailable, "needs root for a network namespace"))
        func aSettingOfAnInterfaceThatIsGoneIsForgotten() throws {
            let journal = try HostJournal(directory: directory.path)
            try journal.record(.sysctl(path: "net/ipv4/conf/pim-gone/rp_filter", previous: "1"))
            #expect(journal.restoreSettings() == [])
            #expect(journal.changes == [])
        }
    #endif

    @Test func nothingOutsideTheNetworkSettingsIsWritten() throws {
        let journal = try HostJournal(directory: directory.path)
        try journal.record(.sysctl(path: "net/../../..\(directory.path)/target", previous: "x"))
        try journal.record(.sysctl(path: "kernel/core_pattern", previous: "x"))
        #expect(journal.restoreSettings() == [])
        #expect(directory.entries == [HostJournal.fileName])
    }
}
