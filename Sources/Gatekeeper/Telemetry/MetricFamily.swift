/// One metric with all its samples, as Prometheus reads it.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    struct Sample: Sendable {
        /// `_bucket` and the like; empty for plain samples.
        var suffix = ""
        var labels: [(name: String, value: String)] = []
        let value: Double
    }

    let name: String
    let kind: Kind
    let help: String
    let samples: [Sample]
}

extension MetricFamily {
    static func counter(_ name: String, _ help: String, _ value: UInt64) -> MetricFamily {
        MetricFamily(
            name: name,
            kind: .counter,
            help: help,
            samples: [Sample(value: Double(value))]
        )
    }

    static func gauge(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name: name, kind: .gauge, help: help, samples: [Sample(value: value)])
    }

    /// One sample for each value of one label.
    static func labelled(
        _ name: String,
        _ kind: Kind,
        _ help: String,
        by label: String,
        _ values: [(String, Double)]
    ) -> MetricFamily {
        let samples = values.map { Sample(labels: [(label, $0.0)], value: $0.1) }
        return MetricFamily(name: name, kind: kind, help: help, samples: samples)
    }

    static func histogram(_ name: String, _ help: String, _ histogram: Histogram) -> MetricFamily {
        let buckets = histogram.cumulative
        var samples = buckets.map { bound, count in
            Sample(
                suffix: "_bucket",
                labels: [("le", PrometheusText.number(bound))],
                value: Double(count)
            )
        }
        samples.append(Sample(suffix: "_sum", value: histogram.sum))
        samples.append(Sample(suffix: "_count", value: Double(buckets.last?.count ?? 0)))
        return MetricFamily(name: name, kind: .histogram, help: help, samples: samples)
    }
}

/// The text exposition format, version 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func render(_ families: [MetricFamily]) -> String {
        families.map(self.text).joined()
    }

    private static func text(_ family: MetricFamily) -> String {
        var text = "# HELP \(family.name) \(family.help)\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in family.samples {
            let labels = sample.labels.map { "\($0.name)=\"\(self.escaped($0.value))\"" }
            let list = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
            text += "\(family.name)\(sample.suffix)\(list) \(self.number(sample.value))\n"
        }
        return text
    }

    static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "+Inf" : "-Inf" }
        guard value == value.rounded(), abs(value) < 9_007_199_254_740_992 else {
            return "\(value)"
        }
        return "\(Int64(value))"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
