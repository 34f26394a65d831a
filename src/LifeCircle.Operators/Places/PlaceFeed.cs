using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using LifeCircle.Operators.Tokens;
using LifeCircle.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LifeCircle.Operators.Places;

/// <summary>The change feed of the Facilities service.</summary>
internal sealed class PlaceFeed(IHttpClientFactory clients, ServiceToken token, IConfiguration settings)
{
    /// <summary>Where the Facilities service is, if not where service discovery finds it; empty to follow none.</summary>
    public const string Setting = "Places:FacilitiesAddress";

    public const string ClientName = "places";

    /// <summary>Where a feed begins.</summary>
    public const string Beginning = "0";

    // While a deployment is under way the other service may say more than this one knows of.
    private static readonly JsonSerializerOptions Lenient = new(Json.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <summary>Null: it is turned off.</summary>
    public Uri? Address { get; } = (settings[Setting] ?? "http://facilities") is { Length: > 0 } address ? new Uri(address) : null;

    /// <summary>
    /// Notes what a page of the feed says. Returns where the next one begins; when that is the same, this was the end. A page may be empty before it.
    /// </summary>
    /// <param name="db">Where it is noted.</param>
    /// <param name="address">The Facilities service, or the gateway.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<(string Next, int Entries)> LearnAsync(OperatorsDbContext db, Uri address, string after, CancellationToken cancel)
    {
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, $"/facilities/v1/changes?limit={PageRequest.MaximumLimit}&after={after}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token.CreateAsync("facilities.read", cancel));
        using var answer = await client.SendAsync(request, cancel);
        var page = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ChangePage>(Lenient, cancel))!;
        foreach (var item in page.Items) await NoteAsync(db, item, cancel);
        return (page.Next, page.Items.Count);
    }

    // Without data: it has left a division, which says nothing of where it is. Neither kind is ever deleted.
    private static Task NoteAsync(OperatorsDbContext db, ChangeItem item, CancellationToken cancel) => (item.Kind, item.Data) switch
    {
        ("facility", { } data) => KnownPlaces.NoteFacilityAsync(
            db, item.Id, item.Version, data.GetProperty("division_code").GetString()!, data.GetProperty("state").GetString() == "closed", cancel),
        ("life_circle", { } data) => KnownPlaces.NoteCircleAsync(db, item.Id, item.Version, data.GetProperty("division_code").GetString()!, cancel),
        _ => Task.CompletedTask,
    };
}

/// <summary>How far the feed of another service has been read.</summary>
public sealed class FeedPosition
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>The <c>next</c> of the last page.</summary>
    public required string After { get; set; }
}

internal sealed class FeedPositionMapping : IEntityTypeConfiguration<FeedPosition>
{
    public void Configure(EntityTypeBuilder<FeedPosition> builder)
    {
        builder.ToTable("feed_position");
        builder.HasKey(row => row.Service);
    }
}
