import Foundation
import PIMCore
import Testing

@testable import PIMHost

@Suite struct NameResolutionTests {
    private let directory: TemporaryDirectory
    private let file: ResolverFile

    init() throws {
        directory = try TemporaryDirectory()
        file = ResolverFile(
            path: directory.file("resolv.conf"), journal: try HostJournal(directory: directory.path))
        try Data("nameserver 192.0.2.53\n".utf8).write(to: URL(fileURLWithPath: file.path))
    }

    private func text() throws -> String { try String(contentsOfFile: file.path, encoding: .utf8) }

    private func names(_ mode: PIMConfiguration.Routing.DNSMode, _ servers: [String] = ["1.1.1.1"]) -> NameResolution {
        NameResolution(mode: mode, servers: servers, interface: "pim-test0", file: file)
    }

    @Test func theFileIsReplacedAndPutBack() async throws {
        let names = names(.resolvConf)
        try await names.install()
        #expect(await names.isInstalled)
        #expect(try text().contains("nameserver 1.1.1.1\n"))
        try await names.remove()
        #expect(await !names.isInstalled)
        #expect(try text() == "nameserver 192.0.2.53\n")
    }

    @Test(arguments: [PIMConfiguration.Routing.DNSMode.auto, .resolvConf])
    func withoutServersNothingIsTouched(mode: PIMConfiguration.Routing.DNSMode) async throws {
        let names = names(mode, [])
        try await names.install()
        #expect(await !names.isInstalled)
        #expect(try text() == "nameserver 192.0.2.53\n")
    }

    @Test func whatIsNoAddressIsNoServer() async throws {
        let names = names(.resolvConf, ["1.1.1.1\noptions debug", "dns.example"])
        try await names.install()
        #expect(await !names.isInstalled)
        #expect(try text() == "nameserver 192.0.2.53\n")
    }

    @Test func switchedOffNothingIsTouched() async throws {
        let names = names(.off)
        try await names.install()
        #expect(await !names.isInstalled)
        #expect(try text() == "nameserver 192.0.2.53\n")
    }

    /// There is no interface of that name, and often no such program either.
    @Test func whenResolvectlRefusesTheErrorSaysSoAndNothingIsInstalled() async throws {
        let names = names(.resolvectl)
        let error = await #expect(throws: PIMError.self) { try await names.install() }
        #expect(error?.message.contains("resolvectl") == true)
        #expect(await !names.isInstalled)
        #expect(try text() == "nameserver 192.0.2.53\n")
    }

    @Test func theNextDaemonUndoesWhatAKilledOneLeft() async throws {
        let killed = names(.resolvConf)
        try await killed.install()
        try await names(.auto).remove()
        #expect(try text() == "nameserver 192.0.2.53\n")
        #expect(file.journal.changes == [])
    }

    @Test func aFileThatSomebodyElseWroteIsNoticedAndReplacedAgain() async throws {
        let names = names(.resolvConf)
        #expect(await !names.stands())
        try await names.install()
        #expect(await names.stands())
        try Data("nameserver 192.0.2.54\n".utf8).write(to: URL(fileURLWithPath: file.path))
        #expect(await !names.stands())
        try await names.install()
        #expect(await names.stands())
        #expect(try text().contains("nameserver 1.1.1.1\n"))
        try await names.remove()
        #expect(try text() == "nameserver 192.0.2.54\n")
    }

    @Test func whereNothingIsToBeDoneItStands() async throws {
        #expect(await names(.off).stands())
        #expect(await names(.resolvConf, []).stands())
    }

    /// The resolvers of a killed daemon stay while its kill switch holds, until one that hands over none takes over.
    @Test func aDaemonWithoutResolversUndoesWhatAKilledOneLeft() async throws {
        try await names(.resolvConf).install()
        try await names(.resolvConf, []).install()
        #expect(try text() == "nameserver 192.0.2.53\n")
    }

    @Test func whatResolvectlTellsIsCompared() {
        let status = """
            Link 5 (pim0)
                Current Scopes: DNS
            Current DNS Server: 1.1.1.1
                   DNS Servers: 1.1.1.1 2606:4700:4700::1111
                    DNS Domain: ~.
            """
        #expect(NameResolution.lists(["1.1.1.1", "2606:4700:4700:0::1111"], in: status))
        #expect(!NameResolution.lists(["1.1.1.1", "8.8.8.8"], in: status))
        #expect(!NameResolution.lists(["1.1.1.1"], in: status.replacing("~.", with: "lan")))
    }
}
