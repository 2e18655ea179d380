import PIMCore
import Testing

@testable import PIMDaemon

@Suite("Where metrics are asked for")
struct ListenEndpointTests {
    @Test(arguments: [
        ("\"127.0.0.1:9464\"", "127.0.0.1:9464"), ("\"9464\"", "127.0.0.1:9464"), ("9464", "127.0.0.1:9464"),
        ("\"localhost:1\"", "127.0.0.1:1"), ("\"[::1]:65535\"", "[::1]:65535"), ("\"127.8.0.1:80\"", "127.8.0.1:80"),
    ])
    func thisMachineAlone(value: String, endpoint: String) throws {
        let loaded = try ConfigurationText.load("[node]\nname = \"n\"\n[metrics]\nlisten = \(value)\n")
        #expect(loaded.configuration.metrics.listen?.description == endpoint)
        #expect(loaded.warnings.isEmpty)
    }

    @Test(arguments: ["0.0.0.0:9464", "[::]:9464", "192.168.1.2:9464", "[::2]:9464", "[fe80::1]:9464"])
    func otherAddressesAreWarnedAbout(value: String) throws {
        let warnings = try ConfigurationText.warnings("[metrics]\nlisten = \"\(value)\"\n")
        #expect(warnings.map(\.key) == ["metrics.listen"])
        #expect(warnings.first?.message.hasPrefix(value) == true)
    }

    @Test(arguments: [
        "\"127.0.0.1\"", "\"127.0.0.1:\"", "\":9464\"", "\"example.org:9464\"", "\"::1:9464\"", "\"[]:1\"", "\"[::1]\"",
        "\"127.0.0.1:0\"", "0", "65536", "\"127.0.0.1:65536\"", "\"127.0.0.1:+1\"", "\"127.0.0.1:9464 \"", "true",
        "\"x\"", "-1",
    ])
    func everythingElseIsRefused(value: String) {
        #expect(ConfigurationText.errors("[metrics]\nlisten = \(value)\n").map(\.key) == ["metrics.listen"])
    }

    @Test func offUnlessAskedFor() throws {
        #expect(try ConfigurationText.configuration("").metrics.listen == nil)
        #expect(try ConfigurationText.configuration("[metrics]\nlisten = \"\"\n").metrics.listen == nil)
    }
}
