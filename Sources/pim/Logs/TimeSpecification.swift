import ArgumentParser
import Foundation
import PIMRPC

/// A point in time on the command line: a duration back from now, or a UTC time (`spec/cli.md` §4.5).
struct TimeSpecification: ExpressibleByArgument {
    /// The first 19 characters of a time stamp, `YYYY-MM-DDThh:mm:ss`, in UTC.
    let bound: String

    init?(argument: String) {
        self.init(argument, now: Int64(Date().timeIntervalSince1970))
    }

    init?(_ text: String, now: Int64) {
        if let seconds = Self.seconds(of: text) {
            let (moment, overflow) = now.subtractingReportingOverflow(seconds)
            guard !overflow else { return nil }
            bound = String(RPCTimestamp.seconds(unix: moment).prefix(19))
        } else {
            guard let stamp = Self.stamp(in: text) else { return nil }
            bound = stamp
        }
    }

    /// The comparable part of a time stamp; `nil` when the text does not begin with one.
    static func stamp(in text: some StringProtocol) -> String? {
        let head = text.prefix(19)
        guard head.count == 19, head.utf8.count == 19, head.contains("T"), head.first?.isNumber == true else { return nil }
        return String(head)
    }

    /// One or more numbers with the unit s, m, h or d, added up; `nil` for anything else and for nothing at all.
    static func seconds(of text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        var total: Int64 = 0
        var digits = ""
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                guard let unit = units[character], let count = Int64(digits) else { return nil }
                let (product, overflow) = count.multipliedReportingOverflow(by: unit)
                let (sum, carry) = total.addingReportingOverflow(product)
                guard !overflow, !carry else { return nil }
                total = sum
                digits = ""
            }
        }
        return digits.isEmpty && total > 0 ? total : nil
    }
}
