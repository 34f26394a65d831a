using LifeCircle.Operators.Keys;
using LifeCircle.Operators.Tokens;

namespace LifeCircle.Operators.Tests.Keys;

public sealed class KeyScheduleTests
{
    private static readonly DateTimeOffset Start = TestClock.Beginning;
    private static readonly TokenRules Rules = new();
    private static readonly KeyEncryption Encryption = new(OperatorsApp.KeyEncryptionKey);

    [Fact]
    public void The_first_key_signs_at_once() => Assert.Equal(Start, KeySchedule.NextSignsFrom([], Rules, Start));

    [Fact]
    public void The_next_key_is_made_a_day_before_it_signs()
    {
        Assert.Null(KeySchedule.NextSignsFrom([Key(0)], Rules, Start.AddDays(29).AddSeconds(-1)));
        Assert.Equal(Start.AddDays(30), KeySchedule.NextSignsFrom([Key(0)], Rules, Start.AddDays(29)));
        Assert.Null(KeySchedule.NextSignsFrom([Key(0), Key(30)], Rules, Start.AddDays(29)));
    }

    [Fact]
    public void A_service_that_slept_through_the_change_still_publishes_the_next_key_a_day_ahead() =>
        Assert.Equal(Start.AddDays(101), KeySchedule.NextSignsFrom([Key(0)], Rules, Start.AddDays(100)));

    [Fact]
    public void The_current_key_is_the_last_whose_moment_has_come()
    {
        var keys = new[] { Key(0), Key(30) };

        Assert.Same(keys[0], KeySchedule.Current(keys, Start.AddDays(30).AddTicks(-1)));
        Assert.Same(keys[1], KeySchedule.Current(keys, Start.AddDays(30)));
        Assert.Same(keys[0], KeySchedule.Current(keys, Start.AddDays(-1)));
    }

    [Fact]
    public void A_key_stays_until_its_last_token_has_expired_on_every_clock()
    {
        var keys = new[] { Key(0), Key(30) };

        Assert.Empty(KeySchedule.Outlived(keys, Rules, Start.AddDays(30).AddMinutes(20)));
        Assert.Same(keys[0], Assert.Single(KeySchedule.Outlived(keys, Rules, Start.AddDays(30).AddMinutes(20).AddTicks(1))));
    }

    private static SigningKey Key(int day) => SigningKey.Generate(Encryption, Start.AddDays(day));
}
