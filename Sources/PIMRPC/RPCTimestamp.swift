/// Points in time as text: UTC, `YYYY-MM-DDThh:mm:ss[.fraction]Z`, years padded to four digits (`spec/rpc.md` §5).
///
/// Arithmetic instead of a formatter object: log lines and events are stamped by the thousand.
public enum RPCTimestamp {
    /// Second precision: `2023-11-14T22:13:20Z`.
    public static func seconds(unix seconds: Int64) -> String {
        text(seconds: seconds, fraction: 0, digits: 0)
    }

    /// Millisecond precision: `2023-11-14T22:13:20.125Z`.
    public static func milliseconds(unix milliseconds: Int64) -> String {
        let (seconds, fraction) = divide(milliseconds, by: 1000)
        return text(seconds: seconds, fraction: fraction, digits: 3)
    }

    /// Microsecond precision: `2023-11-14T22:13:20.125000Z`.
    public static func microseconds(unix microseconds: Int64) -> String {
        let (seconds, fraction) = divide(microseconds, by: 1_000_000)
        return text(seconds: seconds, fraction: fraction, digits: 6)
    }

    private static func text(seconds: Int64, fraction: Int64, digits: Int) -> String {
        let (days, second) = divide(seconds, by: 86_400)
        let date = civil(days: days)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(28)
        if date.year < 0 { bytes.append(UInt8(ascii: "-")) }
        append(date.year.magnitude, digits: 4, to: &bytes)
        for (separator, value) in [("-", date.month), ("-", date.day), ("T", second / 3600)] {
            bytes.append(contentsOf: separator.utf8)
            append(value.magnitude, digits: 2, to: &bytes)
        }
        for value in [second / 60 % 60, second % 60] {
            bytes.append(UInt8(ascii: ":"))
            append(value.magnitude, digits: 2, to: &bytes)
        }
        if digits > 0 {
            bytes.append(UInt8(ascii: "."))
            append(fraction.magnitude, digits: digits, to: &bytes)
        }
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Division that rounds down, so that the remainder is never negative.
    private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// The Gregorian date of a day counted from 1970-01-01; years count from March inside, so that the leap day is the
    /// last one.
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = divide(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func append(_ value: UInt64, digits: Int, to bytes: inout [UInt8]) {
        let text = String(value).utf8
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, digits - text.count)))
        bytes.append(contentsOf: text)
    }
}
