import Testing

@testable import PIMHost

@Suite struct ProcessCapabilitiesTests {
    @Test(arguments: [
        ("Name:\tx\nCapPrm:\t0000000000001000\nCapEff:\t0000000000001000\n", true),
        ("CapPrm:\tffffffffffffffff\nCapEff:\t0000000000000fff\n", false), ("CapEff:\tnonsense\n", false), ("", false),
    ])
    func onlyWhatIsInEffectCounts(status: String, hasNetAdmin: Bool) {
        #expect(ProcessCapabilities.reading(status, "CapEff:").contains(.netAdmin) == hasNetAdmin)
    }

    /// `setcap` gives the first, systemd and `setpriv` both.
    @Test(arguments: [(0, false, false), (0, true, true), (0x1000, false, true)])
    func programsThatAreStartedHaveWhatIsAmbient(ambient: Int, isRoot: Bool, hasNetAdmin: Bool) {
        let status = "CapEff:\t0000000000001000\nCapAmb:\t\(String(ambient, radix: 16))\n"
        #expect(ProcessCapabilities.inherited(status, isRoot: isRoot).contains(.netAdmin) == hasNetAdmin)
    }
}
