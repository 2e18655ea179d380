/// The line a conversation list shows of a message (`spec/messaging.md` §9.6).
enum MessagePreview {
    static let scalars = 80

    /// The first 80 Unicode scalars, with line feeds as spaces.
    static func text(of body: String) -> String {
        var preview = String.UnicodeScalarView()
        for scalar in body.unicodeScalars.prefix(scalars) { preview.append(scalar == "\n" ? " " : scalar) }
        return String(preview)
    }
}
