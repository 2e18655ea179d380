internal import Logging
internal import PIMCore
internal import PIMHost
internal import PIMRPC
internal import ServiceLifecycle

/// Keeps the statistics file and the debug snapshot (`spec/cli.md` §7.2, §7.3).
struct PolledFilesService: Service {
    let files: [PolledFile]

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for file in files { group.addTask { await file.keep() } }
            }
        }
    }
}

extension PolledFilesService {
    /// Those the configuration wants: by default both, at the platform's places.
    init(for daemon: Daemon, answering methods: DaemonMethods) {
        let wanted = daemon.configuration.files
        let logger = daemon.logger("files")
        func file(
            _ path: String?, otherwise usual: String, every interval: Duration,
            content: @escaping @Sendable () async throws -> [UInt8]
        ) -> PolledFile? {
            guard path?.isEmpty != true else { return nil }
            return PolledFile(
                path ?? usual, every: interval, isAskedFor: path != nil, logger: logger, content: content)
        }
        files = [
            file(wanted.statistics, otherwise: daemon.paths.statistics, every: .seconds(5)) {
                Array(try await methods.statistics().fileText.utf8)
            },
            file(wanted.debugSnapshot, otherwise: daemon.paths.debugSnapshot, every: .seconds(2)) {
                Array((try RPCCoding.encodeForPeople(try await methods.debugSnapshot()) + "\n").utf8)
            },
        ].compactMap(\.self)
    }
}

extension DebugStatistics {
    /// The content of the statistics file (`spec/cli.md` §7.2).
    var fileText: String { pairs.map { "\($0.name)=\($0.value)\n" }.joined() }
}
