using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Wire;

[Collection<SharedOrders>]
public sealed class QueryValuesTests(OrdersApp app) : IDisposable
{
    private readonly HttpClient _client = app.Client();

    [Theory]
    [InlineData("urgency=next_day", true)]
    [InlineData("urgency=next_day&urgency=whenever", true)]
    [InlineData("Urgency=next_day", true)] // names of parameters have no case in ASP.NET Core
    [InlineData("urgency=NextDay", false)]
    [InlineData("urgency=nextday", false)]
    [InlineData("urgency=1", false)]
    [InlineData("urgency=7", false)]
    [InlineData("urgency=", false)]
    [InlineData("urgency=next_day&urgency=soon", false)]
    public async Task Enums_in_the_query_are_the_words_of_the_wire(string query, bool isRead)
    {
        var answer = await _client.ReadAsync($"/orders/v1/orders?{query}");

        Assert.Equal(isRead ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.Status);
        if (isRead) return;
        Assert.Equal(("request.invalid", "urgency"), (answer.Code, answer.Fields));
        Assert.Equal("It must be one of whenever, next_day.", answer.Error("urgency"));
    }

    [Fact]
    public async Task Enums_reach_the_handler_through_a_bundle_of_parameters_too()
    {
        Assert.Equal("NextDay", (await _client.ReadAsync("/orders/v1/odd/filter?how_soon=next_day")).Text);
        Assert.Equal("how_soon", (await _client.ReadAsync("/orders/v1/odd/filter?how_soon=NextDay")).Fields);
        Assert.Equal("", (await _client.ReadAsync("/orders/v1/odd/filter")).Text);
    }

    [Theory]
    [InlineData("2026-03-10T10:00:00%2B08:00", "2026-03-10T02:00:00.0000000+00:00")]
    [InlineData("2026-03-10T10:00:00Z", "2026-03-10T10:00:00.0000000+00:00")]
    [InlineData("2026-03-10T10:00:00", null)]
    [InlineData("2026-03-10T10:00:00+08:00", null)] // an unescaped plus is a blank
    [InlineData("2026-03-10", null)]
    [InlineData("now", null)]
    public async Task Moments_in_the_query_need_their_offset(string text, string? expected)
    {
        var answer = await _client.ReadAsync($"/orders/v1/odd/moment?at={text}");
        if (expected is not null) Assert.Equal(expected, answer.Text);
        else Assert.Equal((HttpStatusCode.BadRequest, "at"), (answer.Status, answer.Fields));
    }

    [Fact]
    public async Task A_moment_with_an_offset_can_be_compared_with_stored_ones()
    {
        var answer = await _client.ReadAsync("/orders/v1/orders?since=2026-03-10T10:00:00%2B08:00");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    public void Dispose() => _client.Dispose();
}
