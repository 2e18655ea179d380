/// Tells when the room for flows gets short: once for each level, and again only after there was plenty of room.
struct PressureGauge: Sendable {
    private var level = 0

    /// - Returns: The level that was reached now, 1 from 80 % on and 2 from 95 % on; `nil` when there is nothing new.
    mutating func read(used: UInt32, max: UInt32) -> Int? {
        guard max > 0 else { return nil }
        let share = Double(used) / Double(max)
        let reached = share >= 0.95 ? 2 : share >= 0.8 ? 1 : 0
        if reached > level {
            level = reached
            return reached
        }
        if share < 0.7 { level = 0 }
        return nil
    }
}
