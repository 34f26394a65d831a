using System.Net;
using LifeCircle.Venues.Feeds;
using LifeCircle.Venues.Tests.Bookings;

namespace LifeCircle.Venues.Tests.Feeds;

public sealed class FeedAddressTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Theory]
    [InlineData("https://life.example/", "https://life.example")]
    [InlineData("https://life.example:8443/town", "https://life.example:8443/town")]
    [InlineData("", null)]
    public async Task Secret_calendars_and_the_dataset_are_found_at_the_gateway_where_it_is_set_and_else_where_one_has_asked(string setting, string? expected)
    {
        var other = await app.StartReplicaAsync(new KeyValuePair<string, string>(FeedAddress.Setting, setting));
        expected ??= other.GetLeftPart(UriPartial.Authority);
        using var client = app.Client(new TestToken { Scopes = VenuesApp.AllScopes.Split(' ') }, other);
        var school = await SharedSchool.CreateAsync(app);
        var booked = await client.MustBookAsync(SharedSchool.Slot(await school.CourtAsync(), VenuesApp.At(3, "17:00")));
        var made = await client.PostJsonAsync($"/venues/v1/persons/{booked["person_id"]}/calendar-link", "{}");
        Assert.StartsWith($"{expected}/venues/v1/calendars/", made["address"]);
        Assert.Equal($"/venues/v1/persons/{booked["person_id"]}/calendar-link", made.Header("Location"));
        using var anybody = app.Client(null, other);
        Assert.Equal(HttpStatusCode.OK, (await anybody.ReadAsync(made["address"]![expected.Length..])).Status);

        var page = (await anybody.ReadAsync("/venues/openactive")).Text;
        Assert.Contains($"\"contentUrl\": \"{expected}/venues/openactive/feeds/slots\"", page);
        Assert.Contains($"<a href=\"{expected}/venues/openactive/feeds/facility-uses\">", page);
        if (setting != "") Assert.DoesNotContain(other.Authority, page);
    }

    [Theory]
    [InlineData("life.example")]
    [InlineData("/venues")]
    [InlineData("ftp://life.example")]
    [InlineData("https://life.example/?town=1")]
    [InlineData("https://life.example/#town")]
    [InlineData("https://somebody@life.example")]
    public async Task An_address_to_which_no_path_can_be_added_is_refused_at_the_start(string setting) =>
        Assert.Contains(FeedAddress.Setting, (await app.RefusedStartAsync(new KeyValuePair<string, string>(FeedAddress.Setting, setting))).Message);
}
