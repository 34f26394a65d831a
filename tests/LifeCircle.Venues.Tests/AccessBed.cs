namespace LifeCircle.Venues.Tests;

/// <summary>Two schools of one street, with fields, and those who may look at them and those who may not.</summary>
internal sealed class AccessBed
{
    public const string Root = "/venues/v1";
    public const string West = "410603001";
    public const string East = "410603002";

    private AccessBed(VenuesApp app, SharedSchool school, SharedSchool another, Guid court, Guid track) =>
        (App, School, Another, Court, Track) = (app, school, another, court, track);

    public VenuesApp App { get; }

    public static TestToken District { get; } = new() { ClientId = "district" };

    public static TestToken OfTheWest { get; } = new() { ClientId = "west", Division = West };

    public static TestToken OfTheEast { get; } = new() { ClientId = "east", Division = East };

    public static TestToken AnOperator { get; } = new() { ClientId = "operator", OperatorId = Guid.CreateVersion7() };

    public static TestToken AnotherOperator { get; } = new() { ClientId = "another-operator", OperatorId = Guid.CreateVersion7() };

    /// <summary>In the west; what decides when its fields are open may be changed.</summary>
    public SharedSchool School { get; }

    /// <summary>In the west, too; where there are bookings, which no change of a set-up ends.</summary>
    public SharedSchool Another { get; }

    /// <summary>Of the school, booked by units.</summary>
    public Guid Court { get; }

    /// <summary>Of the other one, booked by headcount.</summary>
    public Guid Track { get; }

    public static async Task<AccessBed> CreateAsync(VenuesApp app)
    {
        var (school, another) = (await SharedSchool.CreateAsync(app), await SharedSchool.CreateAsync(app));
        return new(app, school, another, await school.CourtAsync(), await another.TrackAsync(capacity: 2_000));
    }

    /// <summary>A client of somebody with every scope of the service.</summary>
    public HttpClient As(TestToken token) => App.Client(token with { Scopes = VenuesApp.AllScopes.Split(' ') });

    /// <summary>Sends what must succeed.</summary>
    public async Task<Answer> MustAsync(TestToken who, string path, string json)
    {
        using var client = As(who);
        var answer = await client.PostJsonAsync($"{Root}/{path}", json, ("If-Match", "*"));
        Assert.True((int)answer.Status is 200 or 201, answer.Text);
        return answer;
    }

    /// <summary>A request on one line, of which the odd requests learn the texts.</summary>
    public static string OneLine(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();
}
