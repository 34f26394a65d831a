using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Data;

[Collection<SharedOrders>]
public sealed class TransactionsTests(OrdersApp app) : IDisposable
{
    private readonly HttpClient _client = app.Client();
    private readonly string _reference = Guid.CreateVersion7().ToString();

    [Theory]
    [InlineData(Mishaps.Deadlocks)]
    [InlineData(Mishaps.Collides)]
    public async Task A_change_that_gives_way_to_others_is_done_again_unseen(string mishap)
    {
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Header("Location")!;

        var answer = await _client.PutJsonAsync(path, $$"""{"reference":"{{_reference}}","note":"{{mishap}}"}""", ("If-Match", "\"1\""));

        Assert.Equal((HttpStatusCode.OK, "\"2\""), (answer.Status, answer.Header("ETag")));
        Assert.Equal(1, await app.Database.CountAsync($"change WHERE data->>'reference' = '{_reference}'"));
    }

    [Fact]
    public async Task An_answer_without_a_body_leaves_the_connection_open()
    {
        var id = (await _client.PostJsonAsync("/orders/v1/recipients", Sample.Recipient())).Json.GetProperty("id").GetGuid();
        using var wire = await RawConnection.OpenAsync(app.Address);
        for (var i = 0; i < 2; i++)
        {
            await wire.WriteAsync($$"""
                PUT /orders/v1/recipients/{{id}}/address HTTP/1.1
                Host: {{app.Address.Authority}}
                Authorization: {{_client.DefaultRequestHeaders.Authorization}}
                Content-Type: application/json
                Content-Length: 15

                {"address":"{{i}}"}
                """);
            Assert.Equal("HTTP/1.1 204 No Content", await wire.ReadLineAsync());
            while (await wire.ReadLineAsync() is { Length: > 0 }) { }
        }
    }

    [Fact]
    public async Task A_change_that_gives_way_time_and_again_is_answered_503_and_did_not_happen()
    {
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Header("Location")!;
        var answer = await _client.PutJsonAsync(path, $$"""{"reference":"{{_reference}}","note":"{{Mishaps.AlwaysCollides}}"}""", ("If-Match", "*"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (answer.Status, answer.Header("Retry-After")));
        Assert.Equal("\"1\"", (await _client.ReadAsync(path)).Header("ETag"));
    }

    [Fact]
    public async Task Changes_that_name_no_version_all_happen_one_after_the_other()
    {
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Header("Location")!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => _client.PutJsonAsync(path, $$"""{"reference":"{{i}}"}""", ("If-Match", "*"))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal("\"5\"", (await _client.ReadAsync(path)).Header("ETag"));
    }

    [Fact]
    public async Task However_many_change_one_thing_at_once_nobody_gives_way_for_ever()
    {
        const int Clients = 8, Each = 12;
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Header("Location")!;

        var statuses = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async i =>
        {
            var heard = new List<HttpStatusCode>();
            for (var j = 0; j < Each; j++) heard.Add((await _client.PutJsonAsync(path, $$"""{"reference":"{{i}}-{{j}}"}""", ("If-Match", "*"))).Status);
            return heard;
        }));

        Assert.All(statuses.SelectMany(heard => heard), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal($"\"{1 + (Clients * Each)}\"", (await _client.ReadAsync(path)).Header("ETag"));
    }

    [Fact]
    public async Task What_a_refusal_wrote_before_is_undone()
    {
        var answer = await _client.PostJsonAsync("/orders/v1/odd/refusal", Sample.Order(_reference));
        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Equal(0, await app.Database.CountAsync($"orders WHERE reference = '{_reference}'"));
    }

    public void Dispose() => _client.Dispose();
}
