/// A TOML text, parsed, with the place of every key and value (TOML 1.0).
///
/// Of our own making: the library there is for it ends the process on some malformed texts, and never frees what it has
/// parsed, which a daemon that edits its configuration while it runs cannot afford.
struct TOMLDocument {
    /// Why a text is not TOML: the first thing wrong with it.
    struct SyntaxError: Error {
        var position: TextPosition
        var message: String
    }

    let root: TOMLNode

    init(_ text: String) throws(SyntaxError) {
        do {
            root = Self.node(try TOMLScanner.scan(text))
        } catch {
            throw SyntaxError(position: error.position, message: error.message)
        }
    }

    private static func node(_ locations: TOMLLocations) -> TOMLNode {
        let value: TOMLNode.Value =
            switch locations.content {
            case .scalar(let scalar): scalar
            case .list, .tables: .array(locations.elements.map(node))
            case .table: .table(locations.members.mapValues(node))
            }
        return TOMLNode(
            value: value, keyPosition: locations.position, position: locations.value ?? locations.position)
    }
}
