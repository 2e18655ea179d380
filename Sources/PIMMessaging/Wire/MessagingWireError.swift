/// Why the body of a messaging payload was refused.
enum MessagingWireError: Error, Hashable, Sendable {
    /// Fewer bytes than the fixed part of the layout.
    case tooShort(Int)
    /// A receipt of a kind other than 1 or 2.
    case unknownReceiptKind(UInt8)
}
