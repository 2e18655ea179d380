import PIMCore
import Testing

@Suite struct ErrorTests {
    /// Operators and clients know the prefixes (`spec/wire.md` §16).
    @Test(arguments: [
        (PIMError.Category.crypto, "crypto error: x"), (.protocol, "protocol error: x"),
        (.transport, "transport error: x"), (.routing, "routing error: x"), (.tun, "tun error: x"),
        (.gateway, "gateway error: x"), (.config, "config error: x"), (.io, "io error: x"),
    ])
    func textStartsWithTheCategory(_ category: PIMError.Category, _ text: String) {
        #expect(PIMError(category, "x").description == text)
    }

    @Test func causeFollows() {
        let error = PIMError(.io, "outer", cause: PIMError(.config, "inner"))
        #expect(error.description == "io error: outer: config error: inner")
    }

    @Test func rpcErrorsAreEqualByCode() {
        #expect(RPCError(.invalidParams, "a") == RPCError(.invalidParams, "b"))
        #expect(RPCError(.invalidParams, "a") != RPCError(.internalError, "a"))
    }
}
