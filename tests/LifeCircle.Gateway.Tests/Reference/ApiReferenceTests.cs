using System.Text.RegularExpressions;

namespace LifeCircle.Gateway.Tests.Reference;

public sealed partial class ApiReferenceTests(GatewayApp app) : IClassFixture<GatewayApp>
{
    [Fact]
    public async Task The_front_door_shows_the_documents_of_all_services()
    {
        using var answer = await app.GetAsync("/");

        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("/reference/", answer.RequestMessage!.RequestUri!.AbsolutePath, StringComparison.Ordinal);
        foreach (var service in (string[])["facilities", "operators", "venues"])
        {
            Assert.Contains($"\"url\":\"{service}/openapi/v1.json\"", page, StringComparison.Ordinal);
            using var document = await app.GetAsync($"/{service}/openapi/v1.json");
            Assert.Equal(200, (int)document.StatusCode);
        }
    }

    [Fact]
    public async Task The_page_may_run_its_own_scripts_and_ask_this_host_alone()
    {
        using var answer = await app.GetAsync("/reference/");

        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        var nonce = Nonce().Match(policy).Groups[1].Value;
        Assert.NotEmpty(nonce);
        Assert.All(Scripts().Matches(page), script => Assert.Contains($"nonce=\"{nonce}\"", script.Value, StringComparison.Ordinal));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href|url)=?[\"':( ]+https?://", page);
        using var again = await app.GetAsync("/reference/");
        Assert.DoesNotContain(nonce, Assert.Single(again.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/reference/scalar.js")]
    [InlineData("/reference/scalar.aspnetcore.js")]
    [InlineData("/reference/favicon.svg")]
    public async Task What_the_page_needs_comes_from_here(string path)
    {
        using var answer = await app.GetAsync(path);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Scripts();
}
