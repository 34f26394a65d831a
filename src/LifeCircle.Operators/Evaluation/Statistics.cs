namespace LifeCircle.Operators.Evaluation;

/// <summary>What a few orders say, and how sure it is.</summary>
internal static class Statistics
{
    /// <summary>The 0.975 quantile of the normal distribution: of 95 %, two-sided.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>
    /// The 95 % score interval of a proportion, without continuity correction: E. B. Wilson, Probable inference, the law of succession, and
    /// statistical inference, JASA 22 (1927) 209-212; method 3 of R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872. With z = 1.96,
    /// p = count / of and n = of its ends are (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    /// </summary>
    /// <param name="count">The cases of it.</param>
    /// <param name="of">All cases, at least one.</param>
    public static (double Lower, double Upper) Wilson(int count, int of)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(of);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)of);
        double n = of, p = count / n, z2 = Z * Z;
        var middle = p + z2 / (2 * n);
        var half = Z * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        var scale = 1 + z2 / n;
        return (count == 0 ? 0 : (middle - half) / scale, count == of ? 1 : (middle + half) / scale); // exact, where rounding would miss
    }

    /// <summary>
    /// A mean drawn to the one that is to be expected, the more the fewer ratings there are (empirical Bayes with a fixed prior weight, as
    /// the "true Bayesian estimate" of IMDb's Top 250): (C·m + Σ) / (C + n).
    /// </summary>
    /// <param name="sum">Σ: the ratings together.</param>
    /// <param name="count">n: how many there are.</param>
    /// <param name="prior">m: the mean that is to be expected without them.</param>
    /// <param name="weight">C: how many ratings that is worth.</param>
    public static double Shrunk(int sum, int count, double prior, int weight) => (weight * prior + sum) / (weight + count);
}
