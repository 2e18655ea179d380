import Synchronization

/// Carries a batch from the database's writer to whoever asked for the write, who puts it back if it failed.
final class TakenBatch: Sendable {
    let batch = Mutex(KeystoreDatabase.Batch())
}
