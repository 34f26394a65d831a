using LifeCircle.Operators.Evaluation;

namespace LifeCircle.Operators.Tests.Evaluation;

public sealed class EvaluationOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new EvaluationOptions().IsValid);

    [Fact]
    public void Weights_that_do_not_sum_to_one_or_reach_beyond_it_are_refused()
    {
        Assert.False(new EvaluationOptions { Weights = new() { Rating = 0.21 } }.IsValid);
        Assert.False(new EvaluationOptions { Weights = new() { Rating = double.NaN } }.IsValid);
        Assert.False(new EvaluationOptions { Weights = new() { Rating = 0.35, NoShows = -0.05 } }.IsValid);
        Assert.True(new EvaluationOptions { Weights = new() { Rating = 0.30, NoShows = 0 } }.IsValid);
    }

    [Fact]
    public void Samples_and_tolerance_are_no_less_than_they_can_be()
    {
        Assert.False(new EvaluationOptions { MinimumSample = 0 }.IsValid);
        Assert.False(new EvaluationOptions { MinimumRatings = 0 }.IsValid);
        Assert.False(new EvaluationOptions { RatingPriorWeight = 0 }.IsValid);
        Assert.False(new EvaluationOptions { ToleranceMinutes = -1 }.IsValid);
        Assert.True(new EvaluationOptions { ToleranceMinutes = 0 }.IsValid);
    }
}
