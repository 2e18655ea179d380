internal import ArgumentParser
internal import CAllocationCounter
internal import Foundation
internal import PIMDaemon
internal import PIMMessaging

extension PIMBench {
    /// The stock daemon, which says how much heap it holds once it is up.
    struct Heap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "heap", abstract: "Run one daemon and print its heap.", shouldDisplay: false)

        @Argument var configurationPath: String

        func run() async throws {
            let daemon = try Daemon(configurationPath: configurationPath, plugins: [MessagingPlugin()])
            let running = Task { try await daemon.run(signals: .process) }
            try await Task.sleep(for: .seconds(3))
            FileHandle.standardOutput.write(Data("heap \(pim_heap_bytes_in_use())\n".utf8))
            try await running.value
        }
    }
}
