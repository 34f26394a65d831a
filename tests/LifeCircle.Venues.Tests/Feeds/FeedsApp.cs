using System.Net;
using System.Text.Json;
using LifeCircle.Venues.Feeds.OpenActive;

namespace LifeCircle.Venues.Tests.Feeds;

/// <summary>The Venues service, which keeps its open data here.</summary>
public class FeedsApp(TestServers servers) : VenuesApp(servers)
{
    /// <summary>Three slots a day.</summary>
    public static string FewHours => SharedSchool.EveryDay("""{"from": "17:00", "until": "20:00"}""");

    protected override IEnumerable<KeyValuePair<string, string>> Settings => base.Settings.Append(new(KeepOpenItems.Setting, "true"));

    /// <summary>Waits until nothing that has happened is missing in the open data.</summary>
    public Task SettledAsync() => Eventually.IsAsync(0L, () => Database.QueryAsync<long>($"""
        SELECT (SELECT count(*) FROM open_slots_due)
          + (SELECT count(*) FROM open_item WHERE data IS NOT NULL AND starts_at <= '{Clock.Now:O}')
          + (SELECT count(*) FROM field WHERE retired_at IS NULL AND NOT EXISTS (SELECT FROM open_item
             WHERE field_id = field.id AND covered_until >= '{OpenItems.Days(Clock.Now).Last:yyyy-MM-dd}'))
        """));
}

/// <summary>A system that keeps a copy of a feed.</summary>
public sealed class FeedReader(HttpClient client, string feed)
{
    public Dictionary<string, JsonElement> Copy { get; } = [];

    /// <summary>Every item since <see cref="Seen"/> was cleared.</summary>
    public List<(string Id, bool IsDeleted, int? Left)> Seen { get; } = [];

    public string Next { get; private set; } = $"/venues/openactive/feeds/{feed}";

    /// <summary>Reads to the end.</summary>
    public async Task FollowAsync()
    {
        while (true)
        {
            var page = await client.ReadAsync(Next);
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            foreach (var item in page.Json.GetProperty("items").EnumerateArray()) Take(item);
            var next = page["next"]!;
            if (page.Json.GetProperty("items").GetArrayLength() == 0)
            {
                Assert.True(Next.StartsWith('/') || next == Next, next);
                return;
            }
            Next = next;
        }
    }

    /// <summary>How many are left of each slot of a field that the copy has.</summary>
    public Dictionary<string, int> LeftOf(Guid field) => Copy.Where(item => item.Key.StartsWith($"{field:n}-", StringComparison.Ordinal))
        .ToDictionary(item => item.Key, item => item.Value.GetProperty("remainingUses").GetInt32());

    private void Take(JsonElement item)
    {
        var id = item.GetProperty("id").GetString()!;
        var isDeleted = item.GetProperty("state").GetString() == "deleted";
        Assert.Equal(isDeleted, !item.TryGetProperty("data", out var data));
        if (isDeleted) Copy.Remove(id);
        else Copy[id] = data.Clone();
        Seen.Add((id, isDeleted, !isDeleted && data.TryGetProperty("remainingUses", out var left) ? left.GetInt32() : null));
    }
}
