using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Http;

[Collection<SharedOrders>]
public sealed class HeadRequestsTests(OrdersApp app) : IDisposable
{
    private readonly HttpClient _client = app.Client();

    [Fact]
    public async Task HEAD_is_answered_like_GET_without_the_body()
    {
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Header("Location")!;

        var head = await _client.AskAsync(HttpMethod.Head, path, null);
        Assert.Equal((HttpStatusCode.OK, "\"1\"", 0), (head.Status, head.Header("ETag"), head.Body.Length));
        Assert.Equal("application/json", head.Message.Content.Headers.ContentType!.MediaType);

        var unknown = await _client.AskAsync(HttpMethod.Head, "/nothing", null);
        Assert.Equal((HttpStatusCode.NotFound, 0), (unknown.Status, unknown.Body.Length));
        var known = await _client.AskAsync(HttpMethod.Head, path, null, ("If-None-Match", "\"1\""));
        Assert.Equal(HttpStatusCode.NotModified, known.Status);
    }

    public void Dispose() => _client.Dispose();
}
