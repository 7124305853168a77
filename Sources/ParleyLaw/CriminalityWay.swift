/// One way in which a conditional answer comes true: all of its conditions hold.
package struct CriminalityWay: Hashable, Sendable {
    package let offence: RowID
    /// Sorted, each once.
    package let conditions: [Condition]
    /// The thresholds that the conduct has met already.
    package let met: Set<[RowID]>
    package let confidence: Confidence

    init(_ offence: RowID, _ found: ProvisionFinding) {
        self.offence = offence
        conditions = Set(found.conditions).sorted()
        met = Set(found.met)
        confidence = found.confidence
    }

    /// A way of one side together with a way of the other.
    private init(_ one: CriminalityWay, _ other: CriminalityWay) {
        offence = one.offence
        conditions =
            other.conditions.isEmpty
            ? one.conditions : Set(one.conditions + other.conditions).sorted()
        met = one.met.union(other.met)
        confidence = min(one.confidence, other.confidence)
    }

    static func joining(
        _ some: [CriminalityWay], _ others: [CriminalityWay]
    ) -> [CriminalityWay] {
        leanest(some.flatMap { one in others.map { CriminalityWay(one, $0) } })
    }

    /// The ways in order, without those that need all that another needs and more.
    static func leanest(_ ways: [CriminalityWay]) -> [CriminalityWay] {
        guard ways.count > 1 else { return ways }
        var kept: [CriminalityWay] = []
        // SPEC law §6: A conditional answer MUST show every way, and none that needs all that
        // another needs and more.
        for way in ways.sorted(by: { $0.conditions.count < $1.conditions.count }) {
            let equal = kept.firstIndex { $0.conditions == way.conditions }
            if let equal {
                if way.isBefore(kept[equal]) { kept[equal] = way }
            } else {
                let needs = Set(way.conditions)
                if !kept.contains(where: { needs.isSuperset(of: $0.conditions) }) {
                    kept.append(way)
                }
            }
        }
        return kept.sorted { $0.isBefore($1) }
    }

    /// The order that the specification has; a way without thresholds counts as wholly met.
    private func isBefore(_ other: CriminalityWay) -> Bool {
        let (ours, theirs) = (share, other.share)
        let (left, right) = (ours.met * theirs.all, theirs.met * ours.all)
        if left != right { return left > right }
        if conditions.count != other.conditions.count {
            return conditions.count < other.conditions.count
        }
        if confidence != other.confidence { return confidence > other.confidence }
        return conditions == other.conditions
            ? offence < other.offence
            : conditions.lexicographicallyPrecedes(other.conditions)
    }

    private var share: (met: Int, all: Int) {
        conditions.isEmpty ? (1, 1) : (met.count, met.count + conditions.count)
    }
}

extension SideFinding {
    /// The ways of this side alone; empty when it is not or not known to be an offence.
    func ways(_ offence: RowID) -> [CriminalityWay] {
        CriminalityWay.leanest(
            provisions.filter { $0.outcome == .met || $0.outcome == .metIf }
                .map { CriminalityWay(offence, $0) })
    }
}
