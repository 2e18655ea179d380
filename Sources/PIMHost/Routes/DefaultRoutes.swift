public import PIMCore

/// The default route of this machine, as something that is turned into the mesh and back.
///
/// Called by one task at a time, off event loops. Every call works from what the machine has at that moment, so it may be
/// repeated after a failure and repairs what others changed.
public protocol DefaultRoutes: Sendable {
    /// Turns it into the mesh.
    ///
    /// - Returns: What could not be had but is no reason to do without, in words.
    func install() throws(PIMError) -> [String]
    /// Turns it back, also where a daemon left it that was killed.
    func remove() throws(PIMError)
    /// Whether everything is in place.
    func stand() throws(PIMError) -> Bool
}
