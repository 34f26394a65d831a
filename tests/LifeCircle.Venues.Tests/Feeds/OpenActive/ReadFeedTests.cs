using System.Net;
using LifeCircle.Venues.Feeds.OpenActive;

namespace LifeCircle.Venues.Tests.Feeds.OpenActive;

public sealed class ReadFeedTests(FeedsApp app) : IClassFixture<FeedsApp>
{
    private const string Slots = "/venues/openactive/feeds/slots";

    [Fact]
    public async Task The_validators_of_OpenActive_find_nothing_wrong()
    {
        var (court, _) = await PublishAsync();
        using var client = app.District();
        await client.PostJsonAsync("/venues/v1/bookings", SharedSchool.Slot(court, VenuesApp.At(3, "17:00"), more: ", \"unit\": \"east\""));
        var old = await client.ReadAsync($"/venues/v1/fields/{(await PublishAsync()).Track}");
        await client.PostJsonAsync($"/venues/v1/fields/{old["id"]}/retire", "{}", ("If-Match", old.Header("ETag")!));
        await app.SettledAsync();
        foreach (var feed in (string[])["facility-uses", "slots"])
        {
            var path = $"/venues/openactive/feeds/{feed}";
            var walk = await NodePackages.RunOfAsync("Venues", "rpde.cjs", "", new Uri(app.Address, path).ToString());
            // It takes the last page that it walks to for one before it, and asks for an hour; that page is looked at below.
            Assert.DoesNotContain(walk.Split('\n'), remark => remark.StartsWith("failure", StringComparison.Ordinal)
                || remark.StartsWith("warning", StringComparison.Ordinal) && !remark.Contains("Cache-Control", StringComparison.Ordinal));
            var page = await client.ReadAsync($"{path}?limit=60");
            Assert.Equal(ReadFeed.ContentType, page.Header("Content-Type"));
            var remarks = (await NodePackages.RunOfAsync("Venues", "models.cjs", page.Text, "RPDEFeed")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.DoesNotContain(remarks, remark => remark.StartsWith("failure", StringComparison.Ordinal));
            // Left out because nobody has it: no descriptions, pictures and opening hours beside the slots.
            Assert.DoesNotContain(remarks, remark => remark.StartsWith("warning", StringComparison.Ordinal) && !remark.Contains("missing_recommended_field", StringComparison.Ordinal));
            Assert.DoesNotMatch(@"T[0-9:]+\.[0-9]", page.Text);
            Assert.DoesNotContain("[]", page.Text);
            Assert.DoesNotContain("王小", page.Text);
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_to_an_empty_one_that_leads_to_itself()
    {
        await PublishAsync();
        using var anybody = app.Client(token: null);
        var (seen, last, path) = (new HashSet<string>(), 0L, $"{Slots}?limit=500");
        while (true)
        {
            var page = await anybody.ReadAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Equal(ReadFeed.License, page["license"]);
            var items = page.Json.GetProperty("items").EnumerateArray().ToList();
            Assert.StartsWith(new Uri(app.Address, Slots).ToString(), page["next"]);
            Assert.Equal(items.Count == 0 ? "public, max-age=8" : "public, max-age=3600", page.Header("Cache-Control"));
            if (items.Count == 0)
            {
                Assert.Equal(path, page["next"]);
                break;
            }
            foreach (var item in items)
            {
                Assert.True(item.GetProperty("modified").GetInt64() > last, "modified grows");
                last = item.GetProperty("modified").GetInt64();
                Assert.True(seen.Add(item.GetProperty("id").GetString()!), "no item comes twice");
            }
            path = page["next"]!;
        }
        Assert.Equal(await app.Database.CountAsync("open_item WHERE feed = 'slots'"), seen.Count);
        var beyond = await anybody.ReadAsync($"{Slots}?afterTimestamp=9007199254740991&afterId=z");
        Assert.Equal(new Uri(app.Address, $"{Slots}?afterTimestamp=9007199254740991&afterId=z").ToString(), beyond["next"]);
        Assert.Equal(0, beyond.Json.GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("afterTimestamp=1", "afterId")]
    [InlineData("afterTimestamp=1&afterId=", "afterId")]
    [InlineData("afterId=a", "afterTimestamp")]
    [InlineData("afterTimestamp=yesterday&afterId=a", "afterTimestamp")]
    [InlineData("afterTimestamp=-1&afterId=a", "afterTimestamp")]
    [InlineData("afterTimestamp=1.5&afterId=a", "afterTimestamp")]
    [InlineData("afterTimestamp=99999999999999999999&afterId=a", "afterTimestamp")]
    [InlineData("afterTimestamp=1&afterId=%00", "afterId")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    public async Task A_wrong_place_is_refused(string query, string field)
    {
        using var anybody = app.Client(token: null);
        var answer = await anybody.ReadAsync($"{Slots}?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, answer.Fields));
    }

    [Fact]
    public async Task A_page_that_a_reader_has_is_not_sent_again()
    {
        var (court, _) = await PublishAsync();
        using var anybody = app.Client(token: null);
        var page = await anybody.ReadAsync($"{Slots}?limit=2");
        Assert.Equal(HttpStatusCode.NotModified, (await anybody.ReadAsync($"{Slots}?limit=2", ("If-None-Match", page.Header("ETag")!))).Status);
        Assert.Equal(HttpStatusCode.OK, (await anybody.ReadAsync($"{Slots}?limit=3", ("If-None-Match", page.Header("ETag")!))).Status);

        // Each address in an item leads to it.
        var use = (await anybody.ReadAsync($"/venues/openactive/facility-uses/{court}")).Json;
        var unit = use.GetProperty("individualFacilityUse")[1];
        Assert.Equal(HttpStatusCode.OK, (await anybody.ReadAsync(unit.GetProperty("@id").GetString()!)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.ReadAsync($"/venues/openactive/facility-uses/{court}/eas")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.ReadAsync($"/venues/openactive/slots/{court}x")).Status);
        var slot = page.Json.GetProperty("items")[0].GetProperty("data");
        Assert.Equal(slot.ToString(), (await anybody.ReadAsync(slot.GetProperty("@id").GetString()!)).Text);
    }

    [Fact]
    public async Task Addresses_are_those_of_the_gateway_where_it_is_set()
    {
        await PublishAsync();
        var other = await app.StartReplicaAsync(new KeyValuePair<string, string>("Feeds:Address", "https://life.example/"));
        using var anybody = app.Client(null, other);
        var page = await anybody.ReadAsync($"{Slots}?limit=1");
        Assert.StartsWith("https://life.example/venues/openactive/feeds/slots?afterTimestamp=", page["next"]);
        Assert.StartsWith("https://life.example/venues/openactive/slots/", page.Json.GetProperty("items")[0].GetProperty("data").GetProperty("@id").GetString());
        Assert.DoesNotContain(app.Address.Host, page.Text);
    }

    private async Task<(Guid Court, Guid Track)> PublishAsync()
    {
        var school = await SharedSchool.CreateAsync(app, FeedsApp.FewHours, """{"most_per_week": 50, "days_ahead": 60, "fee_per_hour": {"amount": 12.5} }""");
        var (court, track) = (await school.CourtAsync(), await school.TrackAsync());
        await app.SettledAsync();
        return (court, track);
    }
}
