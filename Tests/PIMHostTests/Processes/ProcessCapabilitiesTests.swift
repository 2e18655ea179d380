import Testing

@testable import PIMHost

@Suite struct ProcessCapabilitiesTests {
    @Test(arguments: [
        ("Name:\tx\nCapPrm:\t0000000000001000\nCapEff:\t0000000000001000\n", true),
        ("CapPrm:\tffffffffffffffff\nCapEff:\t0000000000000fff\n", false), ("CapEff:\tnonsense\n", false), ("", false),
    ])
    func onlyWhatIsInEffectCounts(status: String, hasNetAdmin: Bool) {
        #expect(ProcessCapabilities.reading(status).contains(.netAdmin) == hasNetAdmin)
    }
}
