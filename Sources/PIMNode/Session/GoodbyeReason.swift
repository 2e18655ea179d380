/// The reason byte of Goodbye (`spec/wire.md` §13.3); receivers that do not know a value ignore it.
enum GoodbyeReason {
    static let shuttingDown: UInt8 = 0
    /// Ours: the sender has no session with the receiver, because its policy says so or its operator does. Lets the one who
    /// dialled tell that from another mesh secret.
    static let refused: UInt8 = 2
}
