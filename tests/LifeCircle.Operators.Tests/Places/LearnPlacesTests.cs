using System.Text.Json;
using LifeCircle.Operators.Places;
using LifeCircle.Operators.Tests.Offerings;
using LifeCircle.Operators.Tests.Webhooks;
using LifeCircle.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LifeCircle.Operators.Tests.Places;

/// <summary>Against a server that answers as the feed of the Facilities service does.</summary>
public sealed class LearnPlacesTests(LearnPlacesTests.LearningApp app) : IClassFixture<LearnPlacesTests.LearningApp>
{
    [Fact]
    public async Task The_whole_feed_is_learned_and_never_replaces_a_later_word()
    {
        var (known, early, circle) = (await Offered.KnownFacilityAsync(app), Guid.CreateVersion7(), Guid.CreateVersion7());
        await app.Database.ExecuteAsync($"UPDATE known_facility SET version = 7 WHERE facility_id = '{known}'");
        await using var facilities = await Receiver.StartAsync();
        var asked = new List<string>();
        facilities.On("/facilities/v1/changes", context =>
        {
            asked.Add($"{context.Request.Headers.Authorization} {context.Request.QueryString}");
            return context.Response.WriteAsync(JsonSerializer.Serialize(context.Request.Query["after"].ToString() switch
            {
                "0" => new ChangePage([Facility(known, 6, "410603002", "closed"), Facility(early, 1, "410603001", "open"), Division()], "3"),
                "3" => new ChangePage([Left(early, 2), Facility(early, 2, "410603002", "closed"), Circle(circle, 1, "410603001")], "6"),
                _ => new ChangePage([], "6"),
            }, Json.Options));
        });

        Assert.Equal(0, await RunAsync(facilities.Address));

        Assert.Equal(["Bearer a-token ?limit=200&after=0", "Bearer a-token ?limit=200&after=3", "Bearer a-token ?limit=200&after=6"], asked);
        Assert.Equal(1L, await app.Database.CountAsync($"known_facility WHERE facility_id = '{known}' AND version = 7 AND NOT is_closed"));
        Assert.Equal(1L, await app.Database.CountAsync($"known_facility WHERE facility_id = '{early}' AND version = 2 AND is_closed AND division_code = '410603002'"));
        Assert.Equal(1L, await app.Database.CountAsync($"known_circle WHERE life_circle_id = '{circle}' AND version = 1 AND division_code = '410603001'"));
        Assert.Equal(0, await RunAsync(facilities.Address));
    }

    [Fact]
    public async Task A_feed_that_refuses_and_a_wrong_command_line_are_told_by_the_exit_code()
    {
        await using var facilities = await Receiver.StartAsync();
        facilities.On("/facilities/v1/changes", 403);
        Assert.Equal(1, await RunAsync(facilities.Address));
        Assert.Equal(2, await RunAsync("facilities"));
        Assert.Equal(2, await RunAsync());
    }

    private async Task<int> RunAsync(params string[] args)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await LearnPlaces.Verb.RunAsync(scope.ServiceProvider, args, TestContext.Current.CancellationToken);
    }

    private ChangeItem Facility(Guid id, long version, string division, string state) =>
        new("facility", id, version, ChangeState.Updated, app.Clock.Now, JsonSerializer.SerializeToElement(new { division_code = division, state }));

    private ChangeItem Left(Guid id, long version) => new("facility", id, version, ChangeState.Deleted, app.Clock.Now, null);

    private ChangeItem Circle(Guid id, long version, string division) =>
        new("life_circle", id, version, ChangeState.Updated, app.Clock.Now, JsonSerializer.SerializeToElement(new { division_code = division }));

    private ChangeItem Division() => new("division", Guid.CreateVersion7(), 1, ChangeState.Updated, app.Clock.Now, JsonSerializer.SerializeToElement(new { code = "410603" }));

    public sealed class LearningApp(TestServers servers) : OperatorsApp(servers)
    {
        protected override IEnumerable<KeyValuePair<string, string>> Settings => [.. base.Settings, new(LearnPlaces.Token, "a-token")];
    }
}
