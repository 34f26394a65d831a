using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Http;

[Collection<SharedOrders>]
public sealed class SecurityHeadersTests(OrdersApp app) : IDisposable
{
    private readonly HttpClient _client = app.Client();

    [Theory]
    [InlineData("/orders/v1/orders")]
    [InlineData("/orders/v1/orders?limit=0")] // what turns exceptions into answers clears headers
    [InlineData("/orders/v1/odd/broken")]
    [InlineData("/nothing")]
    [InlineData("/health/live")]
    public async Task Every_answer_keeps_browsers_from_misreading_it_and_none_names_the_server(string path)
    {
        var answer = await _client.ReadAsync(path);

        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.Equal("same-origin", answer.Header("Cross-Origin-Resource-Policy"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Header("Content-Security-Policy"));
        Assert.Null(answer.Header("Server"));
        Assert.Null(answer.Header("X-Powered-By"));
    }

    public void Dispose() => _client.Dispose();
}
