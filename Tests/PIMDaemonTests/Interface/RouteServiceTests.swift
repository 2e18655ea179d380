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
        isGatewayNode: Bool = false, killSwitch: Bool = false, leftover: Bool = false,
        _ body: @Sendable @escaping (Stage) async -> Void
    ) async throws -> FakeRoutes {
        let directory = TemporaryDirectory()
        let routes = FakeRoutes()
        routes.state.withLock { $0.stands = leftover }
        let (stream, gateways) = AsyncStream.makeStream(of: IPv4Address?.self)
        let names = NameResolution(
            mode: .off, servers: [], interface: "pim0", journal: try HostJournal(directory: directory.url.path))
        let service = RouteService(
            settings: RouteSettings(
                interface: "pim0", via: IPv4Address(rawValue: 0x0a4d_0001), isGatewayNode: { isGatewayNode },
                hasKillSwitch: killSwitch, retryInterval: .milliseconds(5)),
            routes: routes, names: names, gateways: stream, events: EventHub(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(
            services: [service], gracefulShutdownSignals: [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await group.run() }
        #expect(await eventually { routes.log.first == "remove" })
        await body(Stage(routes: routes, service: service, gateways: gateways))
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(!routes.stands)
        return routes
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
        let routes = try await run(isGatewayNode: true, killSwitch: true) { stage in
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

    /// What others removed by hand is theirs until somebody asks again.
    @Test func whatWasRemovedByHandIsRepairedOnRequest() async throws {
        _ = try await run { stage in
            await stage.choose(Self.gateway)
            await stage.service.set(on: true)
            stage.routes.state.withLock { $0.stands = false }
            #expect(await !stage.service.status().enabled)
            await stage.service.set(on: true)
            #expect(await stage.service.status().enabled)
        }
    }
}
