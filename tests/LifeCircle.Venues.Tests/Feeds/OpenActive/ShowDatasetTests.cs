using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LifeCircle.Venues.Tests.Feeds.OpenActive;

public sealed class ShowDatasetTests(VenuesApp app) : IClassFixture<VenuesApp>
{
    [Fact]
    public async Task The_page_tells_people_and_machines_of_both_feeds()
    {
        using var anybody = app.Client(token: null);
        var page = await anybody.ReadAsync("/venues/openactive");
        Assert.Equal((HttpStatusCode.OK, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.Contains("学校体育场地开放数据", page.Text);
        Assert.Contains("Creative Commons Attribution 4.0", page.Text);
        var data = Regex.Match(page.Text, "<script type=\"application/ld\\+json\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;
        foreach (var download in JsonDocument.Parse(data).RootElement.GetProperty("distribution").EnumerateArray())
            Assert.Equal(HttpStatusCode.OK, (await anybody.ReadAsync(download.GetProperty("contentUrl").GetString()!)).Status);
        var remarks = (await NodePackages.RunOfAsync("Venues", "models.cjs", data, "DatasetSite")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain(remarks, remark => remark.StartsWith("failure", StringComparison.Ordinal) && !remark.Contains("logo", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotModified, (await anybody.ReadAsync("/venues/openactive", ("If-None-Match", page.Header("ETag")!))).Status);
    }
}
