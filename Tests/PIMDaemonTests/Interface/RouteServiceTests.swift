import Foundation
import Logging
import PIMCore
import PIMHost
import PIMRPC
import ServiceLifecycle
import Synchronization
import Testing

@testable import PIMDaemon

@Suite struct RouteServiceTests {
    private static let gateway = IPv4Address(rawValue: 0x0a4d_0909)
    private static let another = IPv4Address(rawValue: 0x0a4d_0a0a)

    /// A service that runs, and what it is told and does.
    private struct Stage: Sendable {
        let routes: FakeRoutes
        let service: RouteService
        let gateways: AsyncStream<IPv4Address?>.Continuation

        func choose(_ gateway: IPv4Address?) async {
            gateways.yield(gateway)
            #expect(await eventually { await service.status().gateway == gateway })
        }
    }

    private func run(
        isGatewayNode: @escaping @Sendable () -> Bool = { false }, killSwitch: Bool = false, leftover: Bool = false,
        isOn: Bool = false,
        _ body: @Sendable @escaping (Stage) async -> Void
    ) async throws -> FakeRoutes {
        let directory = TemporaryDirectory()
        let routes = FakeRoutes()
        routes.state.withLock { $0.stands = leftover }
        let (stream, gateways) = AsyncStream.makeStream(of: IPv4Address?.self)
        let service = try service(
            routes, stream, in: directory, isGatewayNode: isGatewayNode, killSwitch: killSwitch, isOn: isOn)
        let group = group(service)
        let running = Task { try await group.run() }
        #expect(await eventually { routes.log.first == (isOn ? "install" : "remove") })
        await body(Stage(routes: routes, service: service, gateways: gateways))
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(!routes.stands)
        return routes
    }

    private func service(
        _ routes: FakeRoutes, _ gateways: AsyncStream<IPv4Address?>, in directory: TemporaryDirectory,
        isGatewayNode: @escaping @Sendable () -> Bool = { false }, killSwitch: Bool, isOn: Bool = false
    ) throws -> RouteService {
        RouteService(
            settings: RouteSettings(
                interface: "pim0", via: IPv4Address(rawValue: 0x0a4d_0001), isGatewayNode: isGatewayNode,
                hasKillSwitch: killSwitch, retryInterval: .milliseconds(5)),
            isOn: isOn, routes: routes,
            names: NameResolution(
                mode: .off, servers: [], interface: "pim0", journal: try HostJournal(directory: directory.url.path)),
            gateways: gateways, events: EventHub(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func group(_ service: RouteService) -> ServiceGroup {
        ServiceGroup(
            services: [service], gracefulShutdownSignals: [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func theRouteIsOffUntilSomebodyAsks() async throws {
        _ = try await run { stage in
            await stage.choose(Self.gateway)
            #expect(await !stage.service.status().on)
            #expect(!stage.routes.stands)
        }
    }

    @Test func whatTheLastDaemonLeftIsRemovedFirst() async throws {
        _ = try await run(leftover: true) { stage in #expect(!stage.routes.stands) }
    }

    @Test func switchedOnTheRoutesStandWhenTheAnswerComes() async throws {
        _ = try await run { stage in
            await stage.choose(Self.gateway)
            await stage.service.set(on: true)
            #expect(stage.routes.stands)
            let status = await stage.service.status()
            #expect(status.on && status.enabled)
            #expect(status.line == "pim routes: enabled via 10.77.0.1 dev pim0")
            await stage.service.set(on: false)
            #expect(!stage.routes.stands)
            #expect(await stage.service.status().line == "pim routes: disabled (expected via 10.77.0.1 dev pim0)")
        }
    }

    @Test func theRoutesComeAndGoWithTheGateway() async throws {
        _ = try await run { stage in
            await stage.service.set(on: true)
            #expect(!stage.routes.stands)
            await stage.choose(Self.gateway)
            #expect(await eventually { stage.routes.stands })
            await stage.choose(Self.another)
            #expect(stage.routes.stands)
            await stage.choose(nil)
            #expect(await eventually { !stage.routes.stands })
            await stage.choose(Self.gateway)
            #expect(await eventually { stage.routes.stands })
        }
    }

    @Test func theKillSwitchKeepsThemWithoutAGateway() async throws {
        _ = try await run(killSwitch: true) { stage in
            await stage.service.set(on: true)
            #expect(stage.routes.stands)
            await stage.choose(Self.gateway)
            await stage.choose(nil)
            await stage.service.set(on: true)
            #expect(stage.routes.stands)
            await stage.service.set(on: false)
            #expect(!stage.routes.stands)
        }
    }

    @Test func aGatewayNeverSendsItsOwnTrafficIntoTheMesh() async throws {
        let routes = try await run(isGatewayNode: { true }, killSwitch: true) { stage in
            await stage.choose(Self.gateway)
            await stage.service.set(on: true)
            let status = await stage.service.status()
            #expect(status.on && !status.enabled && status.isGatewayNode)
        }
        #expect(!routes.log.contains("install"))
    }

    @Test func whatFailedIsToldAndTriedAgain() async throws {
        _ = try await run { stage in
            await stage.choose(Self.gateway)
            stage.routes.setBroken(true)
            await stage.service.set(on: true)
            #expect(await stage.service.status().failure?.contains("no permission") == true)
            stage.routes.setBroken(false)
            #expect(await eventually { stage.routes.stands })
            #expect(await eventually { await stage.service.status().failure == nil })
        }
    }

    @Test func whatOthersRemovedIsPutBack() async throws {
        _ = try await run { stage in
            await stage.choose(Self.gateway)
            await stage.service.set(on: true)
            for _ in 0..<2 {
                stage.routes.state.withLock { $0.stands = false }
                #expect(await eventually { stage.routes.stands })
            }
        }
    }

    @Test func theRoutesGoWhileThisNodeIsAGateway() async throws {
        let isGateway = Mutex(false)
        _ = try await run(isGatewayNode: { isGateway.withLock { $0 } }) { stage in
            await stage.choose(Self.gateway)
            await stage.service.set(on: true)
            #expect(stage.routes.stands)
            isGateway.withLock { $0 = true }
            #expect(await eventually { !stage.routes.stands })
            isGateway.withLock { $0 = false }
            #expect(await eventually { stage.routes.stands })
        }
    }

    @Test func aKilledDaemonsKillSwitchIsNeverOpened() async throws {
        let routes = try await run(killSwitch: true, leftover: true, isOn: true) { stage in
            #expect(await stage.service.status().on)
            #expect(stage.routes.stands && !stage.routes.log.contains("remove"))
            await stage.service.set(on: false)
            #expect(!stage.routes.stands)
        }
        #expect(routes.log.contains("remove"))
    }

    @Test func whoAsksBeforeItRunsIsNotOverruled() async throws {
        let directory = TemporaryDirectory()
        let routes = FakeRoutes()
        let (stream, _) = AsyncStream.makeStream(of: IPv4Address?.self)
        let service = try service(routes, stream, in: directory, killSwitch: true)
        await service.set(on: true)
        let group = group(service)
        let running = Task { try await group.run() }
        #expect(await eventually { routes.log.count == 2 })
        #expect(routes.log == ["install", "install"])
        await group.triggerGracefulShutdown()
        try await running.value
    }
}
