using System.Text.Json;
using LifeCircle.Operators.Operators;
using LifeCircle.Operators.Tests.Vetting;

namespace LifeCircle.Operators.Tests.Webhooks;

public sealed class PaperWarningTests(TestServers servers) : IAsyncLifetime
{
    private static readonly string[] Types = ["operator.paper_expiring.v1", "operator.suspended.v1"];

    private readonly WebhooksApp _app = new(servers);

    public async ValueTask InitializeAsync() => await _app.InitializeAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task An_operator_and_the_district_are_warned_30_7_and_1_days_before_a_paper_ends_and_told_of_the_suspension()
    {
        await _app.Broker.ConsumersAsync("operators-operator-paper-due", 1);
        var last = DateOnly.FromDateTime(_app.Clock.Now.ToOffset(TimeSpan.FromHours(8)).Date).AddDays(40);
        var owner = await Applicant.InAsync(_app, OperatorState.Active, last);
        var another = await Applicant.InAsync(_app, OperatorState.Active);
        await _app.CreateAsync("/own", Types, owner.Own with { Scopes = ["webhooks.manage"] });
        await _app.CreateAsync("/another", Types, another.Own with { Scopes = ["webhooks.manage"] });
        await _app.CreateAsync("/district", Types);

        foreach (var (place, days) in ((int[])[30, 7, 1]).Index())
        {
            _app.Clock.SetUtcNow(At(last.AddDays(-days), new TimeOnly(9, 0)));
            foreach (var path in (string[])["/own", "/district"])
            {
                var warnings = (await _app.Receiver.HasAsync(path, (place + 1) * 2))[(place * 2)..];
                Assert.Equal(["food_business", "insurance"], warnings.Select(warning => warning.Data.GetProperty("paper_type").GetString()!).Order());
                Assert.All(warnings, warning => Assert.Equal(
                    ("operator.paper_expiring.v1", owner.Id, days, $"{last:yyyy-MM-dd}", At(last.AddDays(-days), new TimeOnly(9, 0))), Told(warning)));
            }
        }
        _app.Clock.SetUtcNow(At(last.AddDays(1), TimeOnly.MinValue));
        var suspended = (await _app.Receiver.HasAsync("/own", 7))[6];
        Assert.Equal(("operator.suspended.v1", "paper_lapsed"), (suspended.Type, suspended.Data.GetProperty("cause").GetString()));
        await _app.Receiver.HasAsync("/district", 7);
        Assert.Empty(_app.Receiver.At("/another"));
    }

    private static (string, Guid, int, string, DateTimeOffset) Told(Received warning)
    {
        JsonElement data = warning.Data;
        return (warning.Type, data.GetProperty("operator_id").GetGuid(), data.GetProperty("days_left").GetInt32(), data.GetProperty("valid_until").GetString()!,
            warning.Json.GetProperty("timestamp").GetDateTimeOffset());
    }

    private static DateTimeOffset At(DateOnly day, TimeOnly time) => new DateTimeOffset(day.ToDateTime(time), TimeSpan.FromHours(8)).ToUniversalTime();
}
