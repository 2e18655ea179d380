internal import PIMCore
internal import Synchronization

/// Counts what happens away from the mesh loop; from any thread.
final class CounterBoard: Sendable {
    private let board = Mutex<[MeshCounter: UInt64]>([:])

    var counts: [MeshCounter: UInt64] { board.withLock { $0 } }

    /// - Returns: How often it has happened, this time included.
    @discardableResult
    func count(_ counter: MeshCounter) -> UInt64 {
        board.withLock { board in
            let count = board[counter, default: 0] &+ 1
            board[counter] = count
            return count
        }
    }
}
