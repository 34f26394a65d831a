using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Http;

[Collection<SharedOrders>]
public sealed class ETagsTests(OrdersApp app) : IDisposable
{
    private readonly HttpClient _client = app.Client();

    [Fact]
    public async Task What_is_created_is_found_at_its_Location_under_its_ETag()
    {
        var created = await _client.PostJsonAsync("/orders/v1/orders", Sample.Order());
        Assert.Equal((HttpStatusCode.Created, "\"1\""), (created.Status, created.Header("ETag")));

        var read = await _client.ReadAsync(created.Header("Location")!);
        Assert.Equal((HttpStatusCode.OK, "\"1\""), (read.Status, read.Header("ETag")));
        Assert.Equal(created.Text, read.Text);
    }

    [Theory]
    [InlineData("\"1\"", true)]
    [InlineData("W/\"1\"", true)] // compared weakly
    [InlineData("\"7\", \"1\"", true)]
    [InlineData("\"7\",W/\"1\"", true)]
    [InlineData("*", true)]
    [InlineData("\"2\"", false)]
    [InlineData("\"11\"", false)]
    [InlineData("1", false)]
    [InlineData("nonsense,\"", false)]
    public async Task A_client_that_has_this_version_is_answered_304(string known, bool isKnown)
    {
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Header("Location")!;

        var answer = await _client.ReadAsync(path, ("If-None-Match", known));

        Assert.Equal(isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK, answer.Status);
        Assert.Equal("\"1\"", answer.Header("ETag"));
        Assert.Equal(isKnown, answer.Body is []);
    }

    [Fact]
    public async Task Tags_in_several_headers_count_as_one_list()
    {
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Header("Location")!;
        Assert.Equal(HttpStatusCode.NotModified, (await _client.ReadAsync(path, ("If-None-Match", "\"7\""), ("If-None-Match", "\"1\""))).Status);
    }

    public void Dispose() => _client.Dispose();
}
