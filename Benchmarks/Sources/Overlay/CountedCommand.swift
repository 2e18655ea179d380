internal import ArgumentParser
internal import CAllocationCounter
internal import Foundation
internal import PIMDaemon
internal import PIMMessaging

extension PIMBench {
    /// The stock daemon, which says every 200 ms how often memory was allocated.
    struct Counted: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "counted", abstract: "Run one daemon that counts its allocations.", shouldDisplay: false)

        @Argument var configurationPath: String

        func run() async throws {
            let daemon = try Daemon(configurationPath: configurationPath, plugins: [MessagingPlugin()])
            let counting = Task {
                while true {
                    try await Task.sleep(for: .milliseconds(200))
                    FileHandle.standardOutput.write(Data("allocations \(pim_allocation_count())\n".utf8))
                }
            }
            defer { counting.cancel() }
            try await daemon.run(signals: .process)
        }
    }
}
