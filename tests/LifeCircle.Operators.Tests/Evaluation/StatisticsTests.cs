using LifeCircle.Operators.Evaluation;

namespace LifeCircle.Operators.Tests.Evaluation;

public sealed class StatisticsTests
{
    [Theory] // R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void The_interval_is_the_published_one(int count, int of, double lower, double upper)
    {
        var interval = Statistics.Wilson(count, of);
        Assert.Equal(lower, interval.Lower, 4);
        Assert.Equal(upper, interval.Upper, 4);
    }

    [Fact]
    public void The_interval_ends_where_the_test_of_the_true_share_would_just_not_refuse_it()
    {
        foreach (var of in (int[])[1, 2, 7, 20, 100, 1000])
            for (var count = 0; count <= of; count += Math.Max(1, of / 20))
            {
                var (lower, upper) = Statistics.Wilson(count, of);
                foreach (var end in (double[])[lower, upper])
                {
                    Assert.InRange(end, 0, 1);
                    if (end is > 0 and < 1)
                        Assert.Equal(1.959963984540054, Math.Abs((double)count / of - end) / Math.Sqrt(end * (1 - end) / of), 6);
                }
                Assert.Equal(1, lower + Statistics.Wilson(of - count, of).Upper, 12);
            }
    }

    [Fact]
    public void No_case_is_no_share()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.Wilson(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.Wilson(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.Wilson(6, 5));
    }

    [Theory] // by hand: (10 * 4 + sum) / (10 + count)
    [InlineData(0, 0, 4.0)]
    [InlineData(5, 1, 45.0 / 11)]
    [InlineData(10, 10, 2.5)]
    [InlineData(4950, 990, 4.99)]
    public void A_mean_is_drawn_to_the_expected_one_the_more_the_fewer_ratings_there_are(int sum, int count, double shrunk) =>
        Assert.Equal(shrunk, Statistics.Shrunk(sum, count, 4, 10), 12);
}
