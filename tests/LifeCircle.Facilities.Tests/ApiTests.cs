using System.Net;
using static LifeCircle.Facilities.Tests.SmallDistrict;

namespace LifeCircle.Facilities.Tests;

[Collection<SharedDistrict>]
public sealed class ApiTests(DistrictApp app)
{
    private const string Some = "0197f0a0-0000-7000-8000-000000000001";

    /// <summary>Method, address and scope of every operation of the register.</summary>
    public static TheoryData<string, string, string> Operations => new()
    {
        { "POST", "/facilities/v1/facilities", "facilities.write" },
        { "GET", "/facilities/v1/facilities", "facilities.read" },
        { "GET", $"/facilities/v1/facilities/{Some}", "facilities.read" },
        { "PUT", $"/facilities/v1/facilities/{Some}", "facilities.write" },
        { "POST", $"/facilities/v1/facilities/{Some}/assure", "facilities.write" },
        { "POST", $"/facilities/v1/facilities/{Some}/start-building", "facilities.write" },
        { "POST", $"/facilities/v1/facilities/{Some}/open", "facilities.write" },
        { "POST", $"/facilities/v1/facilities/{Some}/suspend", "facilities.write" },
        { "POST", $"/facilities/v1/facilities/{Some}/reopen", "facilities.write" },
        { "POST", $"/facilities/v1/facilities/{Some}/close", "facilities.write" },
        { "GET", "/facilities/v1/search?q=x", "facilities.read" },
        { "GET", "/facilities/v1/nearby?lon=114.15&lat=35.88", "facilities.read" },
        { "GET", "/facilities/v1/categories", "facilities.read" },
        { "GET", "/facilities/v1/divisions", "facilities.read" },
        { "GET", $"/facilities/v1/divisions/{District}", "facilities.read" },
        { "GET", "/facilities/v1/life-circles", "facilities.read" },
        { "GET", $"/facilities/v1/life-circles/{Some}", "facilities.read" },
        { "GET", "/facilities/v1/changes", "facilities.read" },
    };

    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        using var client = app.Client((TestToken?)null);
        await ApiDocumentCheck.IsCommittedAsync(client, "facilities");
    }

    [Fact]
    public async Task The_document_has_all_that_a_clients_author_needs()
    {
        using var client = app.Client((TestToken?)null);
        await ApiDocumentCheck.IsCompleteAsync(client, "facilities");
    }

    [Fact]
    public void Every_route_says_who_may_call_it() => RouteCheck.EveryRouteSaysWhoMayCallIt(app.Services);

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task An_operation_needs_a_token_that_has_its_scope(string method, string address, string scope)
    {
        string[] others = [.. ((string[])["facilities.read", "facilities.write", "facilities.import"]).Where(other => other != scope)];
        using var nobody = app.Client((TestToken?)null);
        using var expired = app.Client(new TestToken { Scopes = [scope], Lifetime = TimeSpan.FromMinutes(-5) });
        using var other = app.Client(others);

        foreach (var client in (HttpClient[])[nobody, expired])
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(client)).Status);
        var refused = await AskAsync(other);
        Assert.Equal((HttpStatusCode.Forbidden, "request.forbidden"), (refused.Status, refused.Code));
        Assert.Contains($"scope=\"{scope}\"", refused.Header("WWW-Authenticate"));

        Task<Answer> AskAsync(HttpClient client) =>
            client.AskAsync(new HttpMethod(method), address, method == "GET" ? null : new StringContent(Register.Body(), null, "application/json"), ("If-Match", "*"));
    }
}
