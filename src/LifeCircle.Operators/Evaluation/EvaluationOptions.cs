namespace LifeCircle.Operators.Evaluation;

/// <summary>How operators are evaluated, from the section <c>Evaluation</c>. Changed values hold for all months, past ones too.</summary>
public sealed class EvaluationOptions
{
    /// <summary>Orders, delivered or failed, that a card needs before it is compared with others.</summary>
    public int MinimumSample { get; set; } = 20;

    /// <summary>Minutes by which a visit may begin before or after its promised window and still be on time.</summary>
    public int ToleranceMinutes { get; set; } = 15;

    /// <summary>How many ratings the district's mean is worth, see <see cref="Statistics.Shrunk"/>.</summary>
    public int RatingPriorWeight { get; set; } = 10;

    /// <summary>Ratings of a group; they are counted in full groups only, lest a mean tells what a single resident said.</summary>
    public int MinimumRatings { get; set; } = 5;

    /// <summary>What each measure is worth in the score.</summary>
    public ScoreWeights Weights { get; set; } = new();

    internal bool IsValid => this is { MinimumSample: > 0, ToleranceMinutes: >= 0, RatingPriorWeight: > 0, MinimumRatings: > 0 } && Weights.IsValid;
}

/// <summary>Weights of the measures in the score; none is negative, and they sum to 1.</summary>
public sealed class ScoreWeights
{
    /// <summary>Offers accepted.</summary>
    public double Acceptance { get; set; } = 0.10;

    /// <summary>Visits begun on time.</summary>
    public double Punctuality { get; set; } = 0.25;

    /// <summary>Promised orders delivered.</summary>
    public double Completion { get; set; } = 0.25;

    /// <summary>Promised orders without a no-show; one lowers completion, too, since it is worse than giving an order back.</summary>
    public double NoShows { get; set; } = 0.10;

    /// <summary>Promised orders without an upheld complaint.</summary>
    public double Complaints { get; set; } = 0.10;

    /// <summary>The residents' ratings.</summary>
    public double Rating { get; set; } = 0.20;

    internal bool IsValid => (double[])[Acceptance, Punctuality, Completion, NoShows, Complaints, Rating] is var all
        && all.All(weight => weight is >= 0 and <= 1) && Math.Abs(all.Sum() - 1) < 1e-9;
}
