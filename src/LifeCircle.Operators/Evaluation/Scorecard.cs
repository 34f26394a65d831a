namespace LifeCircle.Operators.Evaluation;

/// <summary>Whether there are enough orders to compare an operator with others.</summary>
public enum SampleSize
{
    Sufficient,

    /// <summary>Too few orders, delivered or failed: the card is for information, has no score and no place.</summary>
    InsufficientSample,
}

/// <summary>How often something happened.</summary>
/// <param name="Count">How often.</param>
/// <param name="Of">Out of how many cases.</param>
/// <param name="Share">0 to 1: the one divided by the other. Times 100 it is the number per 100 orders.</param>
/// <param name="Bound">
/// The end of the share's 95 % interval (Wilson score) that speaks against the operator: the lower of what is good, the upper of what is bad.
/// </param>
public sealed record MeasureAnswer(int Count, int Of, double Share, double Bound);

/// <summary>What residents and families said.</summary>
/// <param name="Count">How many ratings are counted: a multiple of five.</param>
/// <param name="Mean">Their mean, 1 (worst) to 5.</param>
/// <param name="Shrunk">The mean drawn to that of all operators' counted ratings in the month, the more the fewer ratings there are.</param>
public sealed record RatingAnswer(int Count, double Mean, double Shrunk);

/// <summary>How well an operator did in a month with a kind of service. A measure without a single case is absent.</summary>
/// <param name="OperatorId">The operator.</param>
/// <param name="Month">The month, as <c>2026-03</c>, by the district's calendar.</param>
/// <param name="Kind">The kind of service.</param>
/// <param name="DivisionCode">The division that it is about; absent for the whole district.</param>
/// <param name="Sample">
/// Whether it can be compared: whether there are enough orders that were verified, given back, missed or refuted. Who fails often is no newcomer.
/// </param>
/// <param name="VerifiedOrders">Completed orders that the resident, the family, a community worker or the check-ins vouch for.</param>
/// <param name="Acceptance">Offers accepted, of those accepted, declined or left to expire. An offer counts in the month in which it was made.</param>
/// <param name="Punctuality">
/// Visits that began by a check-in in the promised window, or at most the tolerance before or after, of the verified orders. An order counts in
/// the month in which its promised window begins.
/// </param>
/// <param name="Completion">Verified orders, of those and those that the operator gave back, missed or that were refuted.</param>
/// <param name="NoShows">Orders that the operator missed, of the same.</param>
/// <param name="Complaints">Orders with a complaint that was found right, of the same.</param>
/// <param name="Rating">
/// In each street ratings are counted by fives, in the order in which their orders were confirmed; those that are no full five yet wait for the
/// next ones, in a past month, too. Absent where there are no five in any street: nobody is to learn what a single resident said.
/// </param>
/// <param name="Score">
/// 0 to 1: the weighted sum of the bounds, those of no-shows and complaints taken from 1, and of the shrunk rating; without counted ratings, of
/// the mean of all operators. Absent of an insufficient sample.
/// </param>
public sealed record ScorecardAnswer(
    Guid OperatorId, string Month, string Kind, string? DivisionCode, SampleSize Sample, int VerifiedOrders, MeasureAnswer? Acceptance,
    MeasureAnswer? Punctuality, MeasureAnswer? Completion, MeasureAnswer? NoShows, MeasureAnswer? Complaints, RatingAnswer? Rating, double? Score);

/// <summary>Makes cards of counts.</summary>
/// <param name="options">How.</param>
/// <param name="division">6 or 9 digits; null for the whole district.</param>
internal sealed class Scorecard(EvaluationOptions options, string? division)
{
    /// <summary>The cards, one for each operator, month and kind that has something to count in the division.</summary>
    /// <param name="tallies">Of all streets.</param>
    /// <param name="district">The ratings of all operators.</param>
    public IEnumerable<ScorecardAnswer> Of(
        IEnumerable<Tally> tallies, IReadOnlyDictionary<(DateOnly Month, string Kind), DistrictRatings> district) =>
        from tally in tallies
        group tally by (tally.OperatorId, tally.Month, tally.Kind) into streets
        let inside = streets.Where(street => division is null || street.Street.StartsWith(division, StringComparison.Ordinal)).ToList()
        where inside.Count > 0
        select Card(inside.Aggregate((one, other) => one + other), district.GetValueOrDefault((streets.Key.Month, streets.Key.Kind)));

    private ScorecardAnswer Card(Tally sum, DistrictRatings? district)
    {
        var expected = district is null ? (double?)null : (double)district.RatingSum / district.Ratings;
        var rating = expected is { } mean && sum.Ratings > 0
            ? Statistics.Shrunk(sum.RatingSum, sum.Ratings, mean, options.RatingPriorWeight) : (double?)null;
        var sample = sum.Orders < options.MinimumSample ? SampleSize.InsufficientSample : SampleSize.Sufficient;
        return new ScorecardAnswer(
            sum.OperatorId, Months.Text(sum.Month), sum.Kind, division, sample, sum.Verified,
            Good(sum.Accepted, sum.Answered), Good(sum.Punctual, sum.Verified), Good(sum.Verified, sum.Orders), Bad(sum.NoShows, sum.Orders),
            Bad(sum.Complained, sum.Orders),
            rating is { } shrunk ? new RatingAnswer(sum.Ratings, Math.Round((double)sum.RatingSum / sum.Ratings, 2), Math.Round(shrunk, 2)) : null,
            sample is SampleSize.Sufficient ? Score(sum, rating ?? expected) : null);
    }

    /// <summary>
    /// A measure without a case leaves its weight to the others, but who delivered none of its orders was never on time. Too few ratings are
    /// replaced by what is to be expected.
    /// </summary>
    private double? Score(Tally sum, double? rating)
    {
        var weights = options.Weights;
        var parts = new (double Weight, double? Value)[]
        {
            (weights.Acceptance, Lower(sum.Accepted, sum.Answered)),
            (weights.Punctuality, sum is { Verified: 0, Orders: > 0 } ? 0 : Lower(sum.Punctual, sum.Verified)),
            (weights.Completion, Lower(sum.Verified, sum.Orders)),
            (weights.NoShows, Lower(sum.Orders - sum.NoShows, sum.Orders)),
            (weights.Complaints, Lower(sum.Orders - sum.Complained, sum.Orders)),
            (weights.Rating, (rating - 1) / 4),
        }.Where(part => part.Value is not null).ToArray();
        var weight = parts.Sum(part => part.Weight);
        return weight > 0 ? Math.Round(parts.Sum(part => part.Weight * part.Value!.Value) / weight, 4) : null;
    }

    private static double? Lower(int count, int of) => of == 0 ? null : Statistics.Wilson(count, of).Lower;

    private static MeasureAnswer? Good(int count, int of) => of == 0 ? null : Measure(count, of, Statistics.Wilson(count, of).Lower);

    private static MeasureAnswer? Bad(int count, int of) => of == 0 ? null : Measure(count, of, Statistics.Wilson(count, of).Upper);

    private static MeasureAnswer Measure(int count, int of, double bound) => new(count, of, Math.Round((double)count / of, 4), Math.Round(bound, 4));
}
