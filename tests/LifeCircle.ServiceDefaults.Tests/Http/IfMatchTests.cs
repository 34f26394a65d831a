using System.Net;
using LifeCircle.ServiceDefaults.Tests.Orders;

namespace LifeCircle.ServiceDefaults.Tests.Http;

[Collection<SharedOrders>]
public sealed class IfMatchTests(OrdersApp app) : IDisposable
{
    private readonly HttpClient _client = app.Client();

    [Theory]
    [InlineData("\"1\"", HttpStatusCode.OK, null)]
    [InlineData("\"7\", \"1\"", HttpStatusCode.OK, null)]
    [InlineData("*", HttpStatusCode.OK, null)]
    [InlineData("\"1.what is no part of the version\"", HttpStatusCode.OK, null)]
    [InlineData("\"2.1\"", HttpStatusCode.PreconditionFailed, "request.precondition_failed")]
    [InlineData("W/\"1.1\"", HttpStatusCode.PreconditionFailed, "request.precondition_failed")]
    [InlineData(null, HttpStatusCode.PreconditionRequired, "request.precondition_required")]
    [InlineData("\"2\"", HttpStatusCode.PreconditionFailed, "request.precondition_failed")]
    [InlineData("W/\"1\"", HttpStatusCode.PreconditionFailed, "request.precondition_failed")] // compared strongly
    [InlineData("\"of another house\"", HttpStatusCode.PreconditionFailed, "request.precondition_failed")]
    [InlineData("1", HttpStatusCode.BadRequest, "request.malformed")]
    [InlineData("\"1", HttpStatusCode.BadRequest, "request.malformed")]
    public async Task A_change_needs_the_version_that_it_is_based_on(string? given, HttpStatusCode status, string? code)
    {
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order(reference: "before"))).Header("Location")!;

        var answer = await _client.PutJsonAsync(path, """{"reference":"after"}""", given is null ? [] : [("If-Match", given)]);

        Assert.Equal(status, answer.Status);
        if (code is not null) Assert.Equal((code, "If-Match"), (answer.Code, answer.Fields));
        else Assert.Equal("\"2\"", answer.Header("ETag"));
        var stored = await _client.ReadAsync(path);
        Assert.Equal(code is null ? ("after", "\"2\"") : ("before", "\"1\""), (stored["reference"]!, stored.Header("ETag")!));
    }

    [Fact]
    public async Task Of_two_changes_based_on_one_version_the_second_is_refused()
    {
        var path = (await _client.PostJsonAsync("/orders/v1/orders", Sample.Order())).Header("Location")!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            _client.PutJsonAsync(path, $$"""{"reference":"{{i}}"}""", ("If-Match", "\"1\""))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal("request.precondition_failed", answer.Code));
        Assert.Equal("\"2\"", (await _client.ReadAsync(path)).Header("ETag"));
    }

    public void Dispose() => _client.Dispose();
}
