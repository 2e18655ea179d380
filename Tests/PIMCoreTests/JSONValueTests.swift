import Foundation
import PIMCore
import Testing

@Suite struct JSONValueTests {
    @Test func keepsEveryShape() throws {
        let value = JSONValue.object([
            "null": .null, "bool": .bool(true), "integer": .integer(-7), "number": .number(1.5), "string": .string("ü"),
            "array": .array([.integer(1), .object([:])]),
        ])
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
    }
}
