/// The payload kinds of messaging, exact and case-sensitive (`spec/messaging.md` §3.1).
enum MessagingKind {
    static let message = "messaging.msg"
    static let receipt = "messaging.ack"
}
