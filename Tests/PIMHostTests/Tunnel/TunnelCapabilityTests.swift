import PIMCore
import PIMHost
import Testing

#if os(Linux)
    @Suite(.enabled(if: NetworkNamespace.isAvailable, "needs root for a network namespace"))
    struct TunnelCapabilityTests {
        /// Distributions let everybody open the device; some minimal systems leave that to root.
        private static var everybodyMayOpen: Bool {
            (try? TemporaryDirectory.mode(of: "/dev/net/tun")).map { $0 & 0o006 == 0o006 } ?? false
        }

        @Test func aUserWithNothingButTheCapabilityHasAnInterfaceAndRoutes() async throws {
            try await NetworkNamespace.run {
                try KernelSetting("net/ipv6/conf/default/disable_ipv6").write("1")
                try Capabilities.restrict(to: Capabilities.netAdmin, asNobody: Self.everybodyMayOpen)
                let device = try TunnelDevice.open(name: "pim0")
                defer { device.close() }
                let kernel = try Rtnetlink()
                #expect(try TunnelConfiguration.example().apply(to: device, using: kernel) == [])
                try SocketMark.check(SplitDefaultPlan.mark)
                let plan = SplitDefaultPlan(
                    interface: try kernel.index(of: device.name), TunnelConfiguration.example(), families: [.v4, .v6],
                    hasKillSwitch: true)
                for route in plan.routes { try kernel.replaceRoute(route) }
                for rule in plan.rules { #expect(try kernel.addRule(rule)) }
            }
        }

        @Test func withoutItThereIsAdvice() async throws {
            let error = try await NetworkNamespace.run {
                try Capabilities.restrict(to: 0, asNobody: Self.everybodyMayOpen)
                return #expect(throws: PIMError.self) { try TunnelDevice.open(name: "pim0") }
            }
            #expect(error?.message.contains("`setpriv --ambient-caps +net_admin --inh-caps +net_admin`") == true)
            #expect(error?.message.contains("as root") == true)
            #expect(error?.message.hasSuffix("or set interface.enabled = false to run without") == true)
        }

        @Test func withoutItSocketsCannotBeMarked() async throws {
            let error = try await NetworkNamespace.run {
                try Capabilities.restrict(to: 0)
                return #expect(throws: FileError.self) { try SocketMark.check(SplitDefaultPlan.mark) }
            }
            #expect(error?.code == .permissionDenied)
        }
    }
#endif
