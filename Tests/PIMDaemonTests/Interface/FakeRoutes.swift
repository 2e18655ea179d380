import PIMCore
import PIMHost
import Synchronization

/// Default routes that only remember what was done.
final class FakeRoutes: DefaultRoutes {
    struct State {
        var stands = false
        var isBroken = false
        var log: [String] = []
    }

    let state = Mutex(State())

    var log: [String] { state.withLock { $0.log } }
    var stands: Bool { state.withLock { $0.stands } }

    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    func install() throws(PIMError) -> [String] {
        let isBroken = state.withLock { state in
            state.log.append("install")
            if !state.isBroken { state.stands = true }
            return state.isBroken
        }
        if isBroken { throw PIMError(.io, "no permission") }
        return []
    }

    func remove() throws(PIMError) {
        state.withLock { state in
            state.log.append("remove")
            state.stands = false
        }
    }

    func stand() throws(PIMError) -> Bool { stands }
}
