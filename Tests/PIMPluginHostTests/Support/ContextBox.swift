import PIMPlugin
import Synchronization

/// Where a test's plugin keeps what it was given at start.
final class ContextBox: Sendable {
    private let context = Mutex<PluginContext?>(nil)

    var value: PluginContext? {
        get { context.withLock { $0 } }
        set { context.withLock { $0 = newValue } }
    }
}
