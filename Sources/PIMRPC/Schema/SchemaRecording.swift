/// What one `init(from:)` asked its decoder for.
final class SchemaRecording {
    struct Member {
        var name: String
        var schema: RPCSchema
        /// Whether it fails without the member.
        var isRequired: Bool
    }

    private(set) var members: [Member] = []
    /// Whether it wanted an object.
    private(set) var isObject = false
    /// What it wanted instead.
    private(set) var single: RPCSchema?
    private var optional: Set<String> = []
    private let catalog: SchemaCatalog

    init(catalog: SchemaCatalog) {
        self.catalog = catalog
    }

    func noteObject() { isObject = true }
    /// It looked whether the member is there before it read it.
    func noteOptional(_ name: String) { optional.insert(name) }

    /// A member that is asked for twice counts once; the first type it is asked as is the one it has.
    func note(_ name: String, _ type: any Decodable.Type, isRequired: Bool) throws {
        guard !members.contains(where: { $0.name == name }) else { return }
        members.append(
            Member(
                name: name, schema: try catalog.schema(of: type), isRequired: isRequired && !optional.contains(name)))
    }

    func note(_ type: any Decodable.Type) throws {
        single = try single ?? catalog.schema(of: type)
    }
}
