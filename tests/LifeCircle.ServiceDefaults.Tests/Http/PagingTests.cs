using System.Buffers.Text;
using System.Net;
using System.Text;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Http;

[Collection<SharedOrders>]
public sealed class PagingTests(OrdersApp app) : IDisposable
{
    // Orders of one division of its own, so that other tests' orders are out of sight.
    private const string Division = "500103777";

    private readonly HttpClient _client = app.Client(new TestToken { Scopes = ["orders.read", "orders.write"], Division = Division });

    [Theory]
    [InlineData("limit=1", true)]
    [InlineData("limit=200", true)]
    [InlineData("limit=0", false)]
    [InlineData("limit=201", false)]
    [InlineData("limit=-1", false)]
    [InlineData("limit=", false)]
    [InlineData("limit=ten", false)]
    [InlineData("limit=1.0", false)]
    [InlineData("limit= 1", false)]
    [InlineData("limit=99999999999999999999", false)]
    [InlineData("limit=1&limit=2", false)]
    public async Task A_limit_is_from_1_to_200(string query, bool isRead)
    {
        var answer = await _client.ReadAsync($"/orders/v1/orders?{query}");
        Assert.Equal(isRead ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.Status);
        if (!isRead) Assert.Equal(("request.invalid", "limit"), (answer.Code, answer.Fields));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage!")]
    [InlineData("AAAA")]
    [InlineData("null as base64: bnVsbA")]
    [InlineData("bnVsbA")]
    [InlineData("e30")] // {}
    [InlineData("MTIz")] // 123, a cursor of the change feed at best
    public async Task A_cursor_that_is_not_of_this_list_is_refused(string cursor)
    {
        var answer = await _client.ReadAsync($"/orders/v1/orders?after={Uri.EscapeDataString(cursor)}");
        Assert.Equal((HttpStatusCode.BadRequest, "request.invalid", "after"), (answer.Status, answer.Code, answer.Fields));
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        var foreign = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"code":"500103","id":"{{Guid.CreateVersion7()}}"}"""));
        var answer = await _client.ReadAsync($"/orders/v1/orders?after={foreign}");
        Assert.Equal((HttpStatusCode.BadRequest, "after"), (answer.Status, answer.Fields));
    }

    [Fact]
    public async Task Pages_show_everything_once_however_many_items_come_meanwhile()
    {
        var prefix = $"page {Guid.CreateVersion7()} ";
        for (var i = 10; i < 15; i++) await _client.PostJsonAsync("/orders/v1/orders", Sample.Order(prefix[..30] + i, Division));

        var seen = new List<string>();
        for (string? address = "/orders/v1/orders?limit=2&urgency=whenever"; address is not null;)
        {
            var page = await _client.ReadAsync(address);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("reference").GetString()!));
            address = Next(page);
            Assert.Equal(address is null, page["next"] is null);
            if (seen.Count == 2) await _client.PostJsonAsync("/orders/v1/orders", Sample.Order(prefix[..30] + "0 before", Division));
            if (seen.Count == 4) await _client.PostJsonAsync("/orders/v1/orders", Sample.Order(prefix[..30] + "9 after", Division));
        }

        Assert.Equal(["10", "11", "12", "13", "14", "9 after"], seen.Where(text => text.StartsWith(prefix[..30], StringComparison.Ordinal)).Select(text => text[30..]));
    }

    [Fact]
    public async Task The_link_to_the_next_page_repeats_the_query_as_the_client_wrote_it()
    {
        for (var i = 0; i < 2; i++) await _client.PostJsonAsync("/orders/v1/orders", Sample.Order("市场 & co", Division));
        var since = Uri.EscapeDataString("2020-03-10T10:00:00+08:00");

        var page = await _client.ReadAsync($"/orders/v1/orders?reference={Uri.EscapeDataString("市场 & co")}&urgency=whenever&urgency=next_day&since={since}&limit=1");

        var link = Next(page)!;
        Assert.StartsWith("/orders/v1/orders?", link, StringComparison.Ordinal);
        var query = System.Web.HttpUtility.ParseQueryString(link.Split('?')[1]);
        Assert.Equal(("市场 & co", "whenever,next_day", "2020-03-10T10:00:00+08:00", "1"), (query["reference"], query["urgency"], query["since"], query["limit"]));
        Assert.Equal(page["next"], query["after"]);
        var next = await _client.ReadAsync(link);
        Assert.Equal(HttpStatusCode.OK, next.Status);
        Assert.DoesNotContain(page.Json.GetProperty("items")[0].GetProperty("id").ToString(), next.Text, StringComparison.Ordinal);
    }

    public void Dispose() => _client.Dispose();

    private static string? Next(Answer page) => page.Header("Link") is { } link && link.EndsWith(">; rel=\"next\"", StringComparison.Ordinal)
        ? link[1..link.IndexOf('>', StringComparison.Ordinal)] : null;
}
