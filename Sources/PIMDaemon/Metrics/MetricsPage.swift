internal import PIMCore
internal import PIMHost

/// What a scrape gets. Made anew once a second at most, however many ask.
actor MetricsPage {
    private static let shortestInterval = Duration.seconds(1)

    private let make: @Sendable () async throws -> String
    private var newest: (time: MonotonicTime, text: Task<String, any Error>)?

    init(_ make: @escaping @Sendable () async throws -> String) {
        self.make = make
    }

    func text() async throws -> String {
        let now = BootClock.now()
        if let newest, newest.time.duration(to: now) < Self.shortestInterval { return try await newest.text.value }
        let text = Task { try await make() }
        newest = (now, text)
        return try await text.value
    }
}
