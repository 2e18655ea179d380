/// Waits until a condition holds, looking every millisecond.
///
/// - Parameters:
///   - limit: how long to wait at most; real time, generous because machines are slow, never reached when all is well.
///   - condition: looked at from the caller's task.
/// - Returns: whether it came to hold. Use it as `#expect(await eventually { … })`.
public func eventually(
    within limit: Duration = .seconds(10), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while true {
        if try await condition() { return true }
        guard clock.now < end, (try? await clock.sleep(for: .milliseconds(1))) != nil else { return false }
    }
}
