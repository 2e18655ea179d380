import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tells people who wait that something is going on.
enum Progress {
    private static let marks = Array("|/-\\")

    /// Runs `body`; when it takes longer than a second, a line on standard error says what is waited for, if that is a terminal
    /// that can take the line back.
    static func during<Result: Sendable>(
        _ what: String, isVisible: Bool = Style.of(descriptor: STDERR_FILENO, noColor: false).isEnabled,
        _ body: () async throws -> Result
    ) async throws -> Result {
        guard isVisible else { return try await body() }
        let began = ContinuousClock.now
        let indicator = Task {
            try await Task.sleep(for: .seconds(1))
            var turn = 0
            while !Task.isCancelled {
                let seconds = (ContinuousClock.now - began).components.seconds
                Output.rawError("\r\u{1b}[K\(marks[turn % marks.count]) \(what) (\(seconds) s)")
                turn &+= 1
                try? await Task.sleep(for: .milliseconds(150))
            }
            Output.rawError("\r\u{1b}[K")
        }
        do {
            let result = try await body()
            await end(indicator)
            return result
        } catch {
            await end(indicator)
            throw error
        }
    }

    /// The line is gone when this returns.
    private static func end(_ indicator: Task<Void, any Error>) async {
        indicator.cancel()
        _ = await indicator.result
    }
}
