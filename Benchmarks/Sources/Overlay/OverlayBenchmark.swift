internal import Foundation
internal import PIMHost
internal import UnixSignals

/// IP overlays on this machine, side by side: each is started, measured and stopped in turn, and that a few times over, so
/// that what the machine does beside it meets all of them alike.
struct OverlayBenchmark {
    static var known: [any Contestant.Type] {
        [
            PIMContestant.self, WireGuardContestant.self, NebulaContestant.self, TincContestant.self,
            YggdrasilContestant.self, BareContestant.self,
        ]
    }

    typealias Sample = [OverlayMeasure: Double]

    var options: OverlayOptions

    /// What keeps this machine from having a lab; `nil` if nothing does.
    static func missing() async -> String? {
        guard ProcessProbe.effectiveUserID == 0 else { return "network namespaces need root" }
        for program in ["ip", "ss", "ping", "iperf3", "sysctl"] where OverlayLab.find(program) == nil {
            return "there is no \(program); scripts/install-deps bench installs it"
        }
        let probe = "pimbench\(ProcessProbe.ownPID)"
        guard let made = try? await Command.run("ip", ["netns", "add", probe]), made.isSuccess else {
            return "this machine makes no network namespaces"
        }
        _ = try? await Command.run("ip", ["netns", "delete", probe])
        return nil
    }

    /// Measures, prints the tables and writes `<directory>/overlay.json`; says so and does nothing where it cannot.
    func runAndReport(to directory: String) async throws {
        if let reason = await Self.missing() { return print("\noverlay: skipped, \(reason)") }
        let measuring = Task { try await measure() }
        // A lab leaves nothing behind, however the run ends.
        let watching = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { measuring.cancel() }
        }
        defer { watching.cancel() }
        let results = try await measuring.value
        results.print()
        try results.write(to: directory)
    }

    private func measure() async throws -> OverlayResults {
        let wanted = options.contestants.compactMap { name in Self.known.first { $0.name == name } }
        let (present, absent) = (wanted.filter { $0.isInstalled }, wanted.filter { !$0.isInstalled })
        for contestant in absent { say("\(contestant.name) is not installed and is left out") }
        var results = OverlayResults(contestants: present.map { $0.name }, seconds: options.seconds)
        for round in 1...options.rounds {
            var samples: [String: Sample] = [:]
            for contestant in present {
                say("round \(round) of \(options.rounds): \(contestant.name)")
                do {
                    samples[contestant.name] = try await measure(contestant)
                } catch let failure as BenchmarkFailure {
                    // One that fails does not take the figures of the others with it.
                    say("\(contestant.name): \(failure)")
                }
            }
            results.rounds.append(samples)
        }
        if present.contains(where: { $0 == PIMContestant.self }) {
            say("allocations: pim")
            do {
                results.allocations = try await OverlayAllocations.measure(seconds: options.seconds)
            } catch let failure as BenchmarkFailure {
                say("allocations: \(failure)")
            }
        }
        return results
    }

    private func measure(_ kind: any Contestant.Type) async throws -> Sample {
        var sample = try await OverlayLab.with(.direct) { try await measureDirect(kind, in: $0) }
        let relayed = try await OverlayLab.with(.relayed) { try await measureRelayed(kind, in: $0) }
        sample.merge(relayed) { $1 }
        if let relayed = sample[.relayOneStream], let direct = sample[.oneStream], direct > 0 {
            sample[.relayShare] = relayed / direct * 100
        }
        return sample
    }

    private func measureDirect(_ kind: any Contestant.Type, in lab: OverlayLab) async throws -> Sample {
        var sample: Sample = [:]
        let hasDaemon = kind != BareContestant.self
        let overlay = try await kind.init(in: lab, options: options)
        try await startWaiting(overlay, in: lab)
        let start = try await FirstPing.measure(overlay, in: lab)
        let target = overlay.address(of: .b)
        try await PingRun.waitForFirst(in: lab, to: target)
        if hasDaemon {
            sample[.start] = start * 1000
            sample[.idleMemory] = lab.account.resident
        }

        let idle = try await PingRun.measure(from: lab.inside(.a), to: target)
        (sample[.idleMedian], sample[.idleP99]) = (idle.median, idle.p99)

        let before = lab.account.processorSeconds
        let single = try await IperfRun.measure(from: lab.inside(.a), to: target, streams: 1, seconds: options.seconds)
        sample[.oneStream] = single.megabitsPerSecond
        if hasDaemon {
            sample[.cost] = (lab.account.processorSeconds - before) / single.gibibytes
        }

        // The pings take two seconds, and begin when the streams have found their speed.
        let client = lab.inside(.a)
        async let flood = IperfRun.measure(from: client, to: target, streams: 4, seconds: max(options.seconds, 4))
        try await Task.sleep(for: .seconds(1))
        let loaded = try await PingRun.measure(from: client, to: target)
        (sample[.loadedMedian], sample[.loadedP99]) = (loaded.median, loaded.p99)
        sample[.fourStreams] = try await flood.megabitsPerSecond
        if hasDaemon { sample[.peakMemory] = lab.account.peakResident }
        return sample
    }

    private func measureRelayed(_ kind: any Contestant.Type, in lab: OverlayLab) async throws -> Sample {
        var sample: Sample = [:]
        let overlay = try await kind.init(in: lab, options: options)
        try await startWaiting(overlay, in: lab)
        for leaf in lab.shape.leaves { try await overlay.start(leaf) }
        let target = overlay.address(of: .b)
        try await PingRun.waitForFirst(in: lab, to: target)
        sample[.relayOneStream] =
            try await IperfRun.measure(from: lab.inside(.a), to: target, streams: 1, seconds: options.seconds)
            .megabitsPerSecond
        sample[.relayFourStreams] =
            try await IperfRun.measure(from: lab.inside(.a), to: target, streams: 4, seconds: options.seconds)
            .megabitsPerSecond
        return sample
    }

    /// The daemon of the hub, up to its interface.
    private func startWaiting(_ overlay: any Contestant, in lab: OverlayLab) async throws {
        let hub = lab.shape.hub
        try await overlay.start(hub)
        try await lab.wait(for: "the hub's interface has its address") {
            try await lab.hasAddress(overlay.address(of: hub), on: hub)
        }
    }

    private func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
