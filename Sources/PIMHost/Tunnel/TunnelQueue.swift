/// One queue of a TUN device, closed with its last owner.
final class TunnelQueue: Sendable {
    let descriptor: CInt
    private let file: OpenFile

    init(_ file: consuming OpenFile) {
        descriptor = file.descriptor
        self.file = file
    }
}
