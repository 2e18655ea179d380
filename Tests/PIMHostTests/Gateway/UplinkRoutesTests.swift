import Testing

@testable import PIMHost

@Suite struct DefaultRoutesTests {
    @Test func ipv4RoutesToEverywhereAreFoundOnce() {
        let text = """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t0102000A\t0003\t0\t0\t100\t00000000\t0\t0\t0
            wlan0\t00000000\t0103000A\t0003\t0\t0\t600\t00000000\t0\t0\t0
            eth0\t00000000\t0102000A\t0003\t0\t0\t200\t00000000\t0\t0\t0
            eth0\t0002000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
            pim0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0
            *\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0

            """
        #expect(UplinkRoutes.readIPv4(text) == ["eth0", "wlan0"])
    }

    @Test func ipv6RoutesThatRejectLeadNowhere() {
        let zero = String(repeating: "0", count: 32)
        let text = """
            \(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 00000001 00000000 00450003     eth1
            \(zero) 01 \(zero) 00 \(zero) 00000400 00000001 00000000 00000001     pim0
            \(zero) 00 \(zero) 00 \(zero) ffffffff 00000001 00000000 00200200       lo

            """
        #expect(UplinkRoutes.readIPv6(text) == ["eth1"])
        #expect(UplinkRoutes.readIPv6("") == [])
    }
}
